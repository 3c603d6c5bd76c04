/** Moving a queue with all that it holds to another place. */

import { ConfigError, UsageError } from "../core/errors.ts";
import type { Lease } from "../core/ports.ts";
import { refusal } from "../store/refusal.ts";
import { type Duration, toMs } from "./job_input.ts";
import type { MoveFigures } from "./move/tally.ts";
import type { JobQueue } from "./queue.ts";

export type { MoveFigures } from "./move/tally.ts";

/** How a queue is moved. */
export interface MoveOptions {
  /** Leaves the source as it is; the copy is a queue of its own, with the same jobs. Default `false`. */
  readonly copy?: boolean;
  /** How long running jobs may take to end, while no other starts; default: no time. */
  readonly wait?: Duration;
  /** Records copied at a time; default 500. */
  readonly batch?: number;
  /** Stops the move, which may be gone on with later. */
  readonly signal?: AbortSignal;
  /** Hears how far it is. */
  readonly onProgress?: (progress: MoveProgress) => void;
}

/** What happens during a move, in this order; steps that an earlier one has made are left out. */
export type MoveProgress =
  /** The source starts no more jobs. */
  | { readonly type: "sealed" }
  /** These jobs still run. */
  | { readonly type: "waiting"; readonly running: readonly Lease[] }
  /** The target is kept for the move. */
  | { readonly type: "receiving" }
  /** So many jobs were copied by this move, of so many in all; then comes their output. */
  | { readonly type: "copied"; readonly jobs: number; readonly total: number }
  /** So many jobs of both were compared. */
  | { readonly type: "compared"; readonly jobs: number; readonly total: number }
  /** Both are equal. */
  | { readonly type: "verified"; readonly checksum: string }
  /** The source refuses everything, and names the target. */
  | { readonly type: "moved" }
  /** The target is a queue like any other. */
  | { readonly type: "opened" };

/** What was moved. */
export interface MoveReport {
  /** Where from, without secrets. */
  readonly from: string;
  /** Where to, without secrets. */
  readonly to: string;
  /** Whether the source was left as it is. */
  readonly copy: boolean;
  /** What both held when they were compared; `null` when everything had been done by an earlier move. */
  readonly proof: {
    readonly figures: MoveFigures;
    /** SHA-256 over all records, in hexadecimal: see `docs/move.md`. */
    readonly checksum: string;
  } | null;
}

/** Enough to make pages worth their commit, few enough to hold in memory. */
const BATCH = 500;
const MAX_BATCH = 100_000;

/**
 * Moves all that a queue holds to an empty one: jobs of every status with their attempts and output, runs, causes, schedules. The
 * source then refuses everything and names the target. A move that was interrupted goes on where it stopped.
 *
 * @throws {UsageError} For the same queue as both
 * @throws {ConfigError} When the target is not empty, or the source has moved elsewhere
 * @throws {BusyError} When jobs run for longer than `wait`, or the source changed while it was copied
 * @throws {DataError} When the target does not hold the same afterwards
 *
 * @example
 * ```ts
 * import { command, JobQueue, moveQueue } from "@gigq/gigq";
 *
 * const folder = await Deno.makeTempDir();
 * await using from = await JobQueue.open(`${folder}/small.db`);
 * await using to = await JobQueue.open(`${folder}/large.db`);
 * await from.submit(command(["echo", "hello"]));
 * const { proof } = await moveQueue(from, to);
 * console.log(proof?.figures.jobs, (await to.stats()).total); // 1 1
 * await Deno.remove(folder, { recursive: true });
 * ```
 */
export async function moveQueue(
  from: JobQueue,
  to: JobQueue,
  options: MoveOptions = {},
): Promise<MoveReport> {
  const { copy = false, wait = 0, batch = BATCH, signal, onProgress } = options;
  if (!Number.isSafeInteger(batch) || batch < 1 || batch > MAX_BATCH) {
    throw new UsageError(`The batch must be a whole number from 1 to ${MAX_BATCH}, not ${batch}`);
  }
  const waitMs = toMs("wait", wait);
  // Few programs move a queue.
  const { Move } = await import("./move/move.ts");
  const { sideOf } = await import("./move/plan.ts");
  const settings = { copy, waitMs, batch, signal, hear: (progress: MoveProgress) => onProgress?.(progress) };
  return await new Move(await sideOf(from), await sideOf(to), settings).run();
}

/**
 * Gives up a move that was begun and not finished: the source is open again. What the target holds is worth nothing, and
 * it says so.
 *
 * @returns Where it should have gone
 * @throws {ConfigError} When the queue is not being moved, or has moved already
 */
export async function abortMove(from: JobQueue): Promise<string> {
  const { transfer } = from.store;
  const state = (await transfer?.identity())?.state ?? { type: "open" };
  if (state.type === "moved") throw refusal(state, from.location, "use")!;
  if (state.type === "receiving") {
    throw new ConfigError("This queue is the target of a move, which is given up where it comes from", {
      hint: "Name the source with --from",
    });
  }
  const opened = state.type === "sealed" && await transfer!.become(state, { type: "open" });
  if (!opened || state.type !== "sealed") {
    throw new ConfigError("The queue is not being moved, so there is nothing to give up");
  }
  return state.to;
}
