/** All that is stored, in an order that stays. */

import type { JobRecord, LogChunk, TransferRecord } from "../../core/ports.ts";
import type { Firing } from "../../core/schedule.ts";
import type { Key, Part, Slice } from "../transfer_pages.ts";
import { causes } from "./cause.ts";
import { checkpoints } from "./checkpoint.ts";
import { workflows } from "./read.ts";
import type { JobRecord as Stored } from "./record.ts";
import { listFirings, toSchedule } from "./schedules.ts";
import { list } from "./select.ts";
import type { State } from "./state.ts";

export function partsOf(state: State): Readonly<Record<string, Part>> {
  return {
    counters: () => ({
      records: [{
        type: "counters",
        job: state.lastJob,
        run: state.lastWorkflow,
        cause: state.lastCause,
        schedule: state.lastSchedule,
      }],
      after: null,
    }),
    queues: (after, limit) => {
      const names = [...state.paused].sort().filter((name) => after === null || name > after);
      return slice(names.map((queue) => ({ type: "queue", queue, paused: true })), limit, (at) => names[at]!);
    },
    runs: (after, limit) => {
      const runs = workflows(state, {}).reverse().filter((run) => run.id > idOf(after));
      return slice(runs.map((run) => ({ type: "run", run })), limit, (at) => [runs[at]!.id]);
    },
    causes: (after, limit) => {
      const known = causes(state, {}).sort((a, b) => a.id - b.id).filter((cause) => cause.id > idOf(after));
      return slice(known.map((cause) => ({ type: "cause", cause })), limit, (at) => [known[at]!.id]);
    },
    jobs: (after, limit) => {
      const jobs = [...state.jobs.values()].filter((job) => job.id > idOf(after)).slice(0, limit);
      return slice(jobs.map((job) => toRecord(state, job)), limit, (at) => [jobs[at]!.id]);
    },
    logs: (after, limit) => {
      const chunks = logsAfter(state, after as readonly number[] | null, limit);
      const records = chunks.map((chunk) => ({ type: "log", chunk }) as const);
      return slice(records, limit, (at) => keyOf(chunks[at]!));
    },
    schedules: (after, limit) => {
      const found = [...state.schedules.values()].filter(({ id }) => id > idOf(after)).map(toSchedule);
      const records = found.map((schedule) => ({ type: "schedule", schedule }) as const);
      return slice(records, limit, (at) => [found[at]!.id]);
    },
    firings: (after, limit) => {
      const found = firingsAfter(state, after as readonly number[] | null);
      const records = found.map((firing) => ({ type: "firing", firing }) as const);
      return slice(records, limit, (at) => [found[at]!.schedule, found[at]!.slot]);
    },
  };
}

function idOf(after: Key | null): number {
  return after === null ? 0 : Number(after[0]);
}

/** The first records, and where to go on; at the end there are fewer than were asked for. */
function slice(records: readonly TransferRecord[], limit: number, keyAt: (at: number) => Key): Slice {
  return {
    records: records.slice(0, limit),
    after: records.length < limit || limit === 0 ? null : keyAt(limit - 1),
  };
}

function toRecord(state: State, stored: Stored): JobRecord {
  const { id, spec: { runAt, unique }, startBy } = stored;
  return {
    type: "job",
    job: list(state, { ids: [id] })[0]!,
    runAt,
    unique,
    holdsKey: unique !== null && state.holders.get(unique.key) === stored,
    startBy,
    attempts: stored.attempts.filter(({ outcome }) => outcome !== "running").map((attempt) => ({
      ...attempt,
    })),
    checkpoint: checkpoints(state, [id]).get(id) ?? null,
  };
}

function logsAfter(state: State, after: readonly number[] | null, limit: number): LogChunk[] {
  const found: LogChunk[] = [];
  for (const { id, log } of state.jobs.values()) {
    if (found.length >= limit) break;
    if (after !== null && id < after[0]!) continue;
    const sorted = log.filter((chunk) => after === null || compare(keyOf(chunk), after) > 0)
      .sort((a, b) => compare(keyOf(a), keyOf(b)));
    found.push(...sorted.map((chunk) => ({ ...chunk, data: chunk.data.slice() })));
  }
  return found;
}

function firingsAfter(state: State, after: readonly number[] | null): Firing[] {
  return listFirings(state, {})
    .filter(({ schedule, slot }) => after === null || compare([schedule, slot], after) > 0)
    .sort((a, b) => a.schedule - b.schedule || a.slot - b.slot);
}

function keyOf({ id, attempt, seq }: LogChunk): readonly number[] {
  return [id, attempt, seq];
}

function compare(a: readonly number[], b: readonly number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : a[at]! - b[at]!;
}
