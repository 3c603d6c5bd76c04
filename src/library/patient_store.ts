/** A store on a server whose questions are asked again while it is out of reach. */

import { ClosedError, UnavailableError } from "../core/errors.ts";
import type { NewJob } from "../core/job.ts";
import type { Store } from "../core/ports.ts";

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 2_000;

/** Verbs that mean the same when the store has carried them out once already without an answer. */
const REPEATABLE: ReadonlySet<string> = new Set<keyof Store>([
  "list",
  "count",
  "attempts",
  "parents",
  "children",
  "checkpoints",
  "causes",
  "readLog",
  "stats",
  "workflows",
  "cancel",
  "remove",
  "pause",
]);

/**
 * The same store for programs that wait for jobs. A worker does without: it must know of every call that fails.
 *
 * @param giveUpMs For how long a call is made again
 */
export function patientStore(store: Store, giveUpMs: number): Store {
  if (!store.capabilities.remote) return store;
  return new Proxy(store, {
    get(target, verb: string): unknown {
      const value = Reflect.get(target, verb);
      if (typeof value !== "function") return value;
      return (...args: unknown[]): unknown => {
        const call = (): unknown => value.apply(target, args);
        return isRepeatable(verb, args) ? repeated(call, giveUpMs) : call();
      };
    },
  });
}

/** Jobs with keys that hold for ever are stored once, however often that is asked for. */
function isRepeatable(verb: string, [batch]: readonly unknown[]): boolean {
  if (verb !== "enqueue") return REPEATABLE.has(verb);
  const { jobs, workflow } = batch as { readonly jobs: readonly NewJob[]; readonly workflow?: unknown };
  return workflow === undefined && jobs.every(({ unique }) => unique?.scope === "always");
}

async function repeated(call: () => unknown, giveUpMs: number): Promise<unknown> {
  const deadline = performance.now() + giveUpMs;
  for (let wait = FIRST_WAIT_MS;; wait = Math.min(2 * wait, LONGEST_WAIT_MS)) {
    try {
      return await call();
    } catch (error) {
      const pause = wait * (0.5 + Math.random() / 2);
      const mayPass = error instanceof UnavailableError && !(error instanceof ClosedError);
      if (!mayPass || performance.now() + pause > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
}
