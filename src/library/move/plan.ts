/** What is to be done, by how both stores stand: a move that was interrupted anywhere is gone on with. */

import { BusyError, ConfigError, UsageError } from "../../core/errors.ts";
import { shownLocation } from "../../core/location.ts";
import type { Identity, Transfer, TransferRecord } from "../../core/ports.ts";
import { refusal } from "../../store/refusal.ts";
import type { JobQueue } from "../queue.ts";

/** One side of a move. */
export interface Side {
  readonly queue: JobQueue;
  readonly transfer: Transfer;
  /** Where it is, without secrets. */
  readonly place: string;
  readonly identity: Identity;
}

/**
 * `start`: nothing has been copied, or not to be relied upon · `resume`: the target holds what its cursor says, and the
 * source has not changed since · `done`: nothing is left to do.
 */
export type Plan = "start" | "resume" | "done";

/** @throws {UsageError} When the store cannot be moved */
export async function sideOf(queue: JobQueue): Promise<Side> {
  const { transfer } = queue.store;
  const place = shownLocation(queue.location);
  if (transfer === undefined) throw new UsageError(`${place} has no way to move its content`);
  return { queue, transfer, place, identity: await transfer.identity() };
}

/**
 * @throws {UsageError} When both are the same store
 * @throws {ConfigError} When the source has moved elsewhere, or the target is in use
 * @throws {BusyError} When the source is moved elsewhere now, or the target is filled from another store
 */
export async function planMove(source: Side, target: Side, copy: boolean): Promise<Plan> {
  if (source.identity.id === target.identity.id) {
    throw new UsageError(`${source.place} and ${target.place} are the same queue, or copies of one file`, {
      hint: "Name another place with --to",
    });
  }
  const { state } = source.identity;
  const known = target.identity.state;
  const isHere = state.type !== "open" && "to" in state && state.to === target.place;
  const isReceiver = known.type === "receiving" && known.from === source.identity.id;
  if (state.type === "moved" && isHere && known.type === "open" && !copy) return "done";
  if (state.type === "receiving" || (state.type === "moved" && (copy || !isReceiver))) {
    throw refusal(state, source.queue.location, "use")!;
  }
  if (state.type === "sealed" && (copy || !(isHere || isReceiver))) throw movingElsewhere(source, state.to);
  if (isReceiver) return state.type === "open" ? "start" : "resume";
  refuseUnlessFree(target);
  await refuseUnlessEmpty(target);
  return "start";
}

function refuseUnlessFree({ place, identity: { state }, queue }: Side): void {
  const hint = "Name another place with --to";
  switch (state.type) {
    case "open":
      return;
    case "moved":
      throw refusal(state, queue.location, "use")!;
    case "sealed":
      throw new ConfigError(`${place} is being moved to ${state.to}`, { hint });
    case "receiving":
      throw new ConfigError(`${place} is being filled by the move of another queue`, { hint });
  }
}

function movingElsewhere({ place }: Side, to: string): BusyError {
  return new BusyError(`${place} is being moved to ${to}`, {
    hint: `Run that move again to finish it, or give it up: gigq move --abort --from ${place}`,
  });
}

function isUnused({ job, run, cause, schedule }: Extract<TransferRecord, { type: "counters" }>): boolean {
  return job + run + cause + schedule === 0;
}

/** @throws {ConfigError} When anything was ever stored there */
export async function refuseUnlessEmpty({ transfer, place }: Side): Promise<void> {
  const { records } = await transfer.read(null, 2);
  const [first, second] = records;
  if (second === undefined && first?.type === "counters" && isUnused(first)) return;
  const jobs = first?.type === "counters" ? first.job : 0;
  const what = jobs === 0
    ? "something is stored there"
    : `${jobs} job${jobs === 1 ? " was" : "s were"} stored there`;
  throw new ConfigError(`${place} is not empty: ${what}, and ids would be given twice`, {
    hint: "Name an empty place with --to: a new file, schema or prefix",
  });
}
