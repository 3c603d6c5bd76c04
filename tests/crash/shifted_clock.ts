/** A clock that is off, for one process: everything in it that asks for the time is told another one. */

/** Sets it, from now on. Timers and the steady clock go on as they do. */
export function shiftClock(ms: number): void {
  const real = Date;
  globalThis.Date = new Proxy(real, {
    construct: (_, args) => Reflect.construct(real, args.length === 0 ? [real.now() + ms] : args),
    get: (target, key) => key === "now" ? (): number => real.now() + ms : Reflect.get(target, key),
  });
}
