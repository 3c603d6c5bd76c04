/** The three-step shutdown: what the first, second and third INT or TERM mean. */

/** How firmly to stop; see `Worker.stop`. */
export type StopLevel = "drain" | "cancel" | "kill";

const LEVELS: readonly StopLevel[] = ["drain", "cancel", "kill"];

/** Signals that ask a program to end; Windows has no TERM. */
const SIGNALS: readonly Deno.Signal[] = Deno.build.os === "windows"
  ? ["SIGINT", "SIGBREAK"]
  : ["SIGINT", "SIGTERM"];

/** Where signals come from. Tests bring their own. */
export interface SignalSource {
  add(signal: Deno.Signal, listener: () => void): void;
  remove(signal: Deno.Signal, listener: () => void): void;
}

const PROCESS: SignalSource = {
  add: (signal, listener) => Deno.addSignalListener(signal, listener),
  remove: (signal, listener) => Deno.removeSignalListener(signal, listener),
};

/**
 * Listens for signals until it is disposed of, and calls back with `drain`, `cancel`, then `kill`.
 *
 * @example
 * ```ts ignore
 * using shutdown = new Shutdown((level) => worker.stop(level));
 * await worker.run();
 * return shutdown.exitCode ?? 0;
 * ```
 */
export class Shutdown implements Disposable {
  #received = 0;
  #first: Deno.Signal | null = null;
  readonly #listeners: readonly (readonly [Deno.Signal, () => void])[];
  readonly #source: SignalSource;

  constructor(onSignal: (level: StopLevel) => void, source: SignalSource = PROCESS) {
    this.#source = source;
    this.#listeners = SIGNALS.map((signal) => [signal, () => {
      this.#first ??= signal;
      onSignal(LEVELS[Math.min(this.#received++, LEVELS.length - 1)]!);
    }]);
    for (const [signal, listener] of this.#listeners) source.add(signal, listener);
  }

  /** 130 after INT, 143 after TERM; `null` when no signal came. */
  get exitCode(): number | null {
    if (this.#first === null) return null;
    return this.#first === "SIGTERM" ? 143 : 130;
  }

  [Symbol.dispose](): void {
    for (const [signal, listener] of this.#listeners) this.#source.remove(signal, listener);
  }
}

/**
 * What to tell the user at each step.
 *
 * @param running Jobs that run
 * @param unsaved Jobs that have ended, of which the queue has not been told: its server may be away
 */
export function shutdownNotice(level: StopLevel, running: number, unsaved = 0): string {
  if (running === 0) return unsaved === 0 ? "Stopping\n" : unsavedNotice(level, unsaved);
  const [jobs, end, them] = running === 1
    ? ["1 running job", "ends", "it"]
    : [`${running} running jobs`, "end", "them"];
  switch (level) {
    case "drain":
      return `Stopping when ${jobs} ${end}; once more gives ${them} back, twice kills ${them}\n`;
    case "cancel":
      return `Giving back ${jobs}; once more kills ${them}\n`;
    case "kill":
      return `Killing ${jobs}\n`;
  }
}

/** Who gives up runs these jobs once more: what the queue has not heard did not happen. */
function unsavedNotice(level: StopLevel, unsaved: number): string {
  const end = unsaved === 1 ? "the end of 1 job" : `the end of ${unsaved} jobs`;
  switch (level) {
    case "drain":
      return `Stopping once the queue has heard of ${end}; twice more gives up\n`;
    case "cancel":
      return `The queue has not heard of ${end}; once more gives up\n`;
    case "kill":
      return `Telling the queue of ${end} for the last time\n`;
  }
}
