import type { Schedules, Store } from "../../src/core/ports.ts";
import { MemoryStore } from "../../src/store/memory/store.ts";

/** A store that counts looks, and fails those it is told to. */
export class Counting {
  looks = 0;
  /** What the next looks fail with. */
  readonly errors: Error[] = [];
  /** How long each look takes. */
  wait: () => Promise<void> = () => Promise.resolve();
  readonly inner = new MemoryStore();
  readonly store: Store;

  constructor() {
    const schedules: Schedules = new Proxy(this.inner.schedules, {
      get: (target, verb: keyof Schedules): unknown => {
        const call = Reflect.get(target, verb) as (...args: unknown[]) => unknown;
        return async (...args: unknown[]): Promise<unknown> => {
          if (verb !== "due") return await call.apply(target, args);
          this.looks++;
          await this.wait();
          const error = this.errors.shift();
          if (error !== undefined) throw error;
          return await call.apply(target, args);
        };
      },
    });
    this.store = new Proxy(this.inner, {
      get: (target, name): unknown => {
        if (name === "schedules") return schedules;
        const value = Reflect.get(target, name);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }
}
