/** Fills a store with what another one holds. Records that are there already are replaced. */

import type { Cause } from "../../../core/job.ts";
import type { Schedule } from "../../../core/schedule.ts";
import type { StoreState, TransferRecord, WorkflowRun } from "../../../core/ports.ts";
import { STREAMS } from "../../codes.ts";
import { notReceiving } from "../../refusal.ts";
import { RUN } from "../keys.ts";
import { toRun } from "../ops/run.ts";
import { ms, nextAtOf, safeJson, wellFormed } from "../ops/text.ts";
import type { Argument, Redis } from "../script.ts";
import { toEntry } from "../entry.ts";
import { logScore } from "../keys.ts";
import { identity } from "./become.ts";
import { jobArguments, type JobControl, toJobControl } from "./write_jobs.ts";
import { WRITE } from "./write_script.ts";

/** Bytes that one script is given; more come in several, and the last one notes how far the page goes. */
const MOST_BYTES = 8_000_000;

/** Records without texts of users, as the script takes them. */
type Other =
  | {
    readonly type: "counters";
    readonly job: string;
    readonly run: string;
    readonly cause: string;
    readonly schedule: string;
  }
  | { readonly type: "queue"; readonly queue: string; readonly paused: boolean }
  | {
    readonly type: "run" | "cause";
    readonly id: string;
    readonly name: string;
    readonly key?: string;
    readonly fields: readonly string[];
  };

interface ScheduleControl {
  readonly id: string;
  readonly name: string;
  readonly version: string;
  readonly createdAt: string;
  readonly nextAt?: string;
}

/** One script's worth. */
class Part {
  readonly others: Other[] = [];
  readonly jobs: JobControl[] = [];
  readonly logs: (readonly [id: string, score: string])[] = [];
  readonly jobTexts: string[] = [];
  readonly logBytes: Uint8Array[] = [];
  readonly schedules: ScheduleControl[] = [];
  readonly scheduleTexts: string[] = [];
  /** Ids of schedules, of which there is an entry each. */
  readonly firings: string[] = [];
  readonly entries: string[] = [];
  size = 0;

  add(record: TransferRecord): void {
    switch (record.type) {
      case "job": {
        const texts = jobArguments(record);
        this.jobs.push(toJobControl(record));
        this.jobTexts.push(...texts);
        this.size += texts.reduce((sum, text) => sum + text.length, 0);
        return;
      }
      case "log": {
        const { id, attempt, seq, stream, at, data } = record.chunk;
        this.logs.push([String(id), String(logScore(attempt, seq))]);
        this.logBytes.push(prefixed(`${STREAMS.indexOf(stream)}:${attempt}:${seq}:${ms(at)}:`, data));
        this.size += data.length;
        return;
      }
      case "schedule": {
        const { definition, state } = record.schedule;
        const texts = [JSON.stringify(definition), JSON.stringify(state)];
        this.schedules.push(toScheduleControl(record.schedule));
        this.scheduleTexts.push(...texts);
        this.size += texts.reduce((sum, text) => sum + text.length, 0);
        return;
      }
      case "firing":
        this.firings.push(String(record.firing.schedule));
        this.entries.push(toEntry(record.firing));
        return;
      default:
        this.others.push(toOther(record));
    }
  }

  get arguments(): readonly Argument[] {
    return [...this.jobTexts, ...this.logBytes, ...this.scheduleTexts, ...this.entries];
  }
}

export async function write(
  redis: Redis,
  records: readonly TransferRecord[],
  next: string | null,
): Promise<void> {
  const { state } = await identity(redis);
  if (state.type !== "receiving") throw notReceiving();
  let part = new Part();
  for (const record of records) {
    if (part.size > MOST_BYTES) {
      await send(redis, part, state, state);
      part = new Part();
    }
    part.add(record);
  }
  await send(redis, part, state, { ...state, after: next });
}

async function send(redis: Redis, part: Part, seen: StoreState, then: StoreState): Promise<void> {
  const { others, jobs, logs, schedules, firings } = part;
  const control = safeJson({ now: "0", others, jobs, logs, schedules, firings });
  const written = await redis.script<number>(
    WRITE,
    control,
    JSON.stringify(seen),
    JSON.stringify(then),
    ...part.arguments,
  );
  if (written !== 1) throw notReceiving();
}

function toOther(record: Exclude<TransferRecord, { type: "job" | "log" | "schedule" | "firing" }>): Other {
  switch (record.type) {
    case "counters":
      return {
        type: "counters",
        job: String(record.job),
        run: String(record.run),
        cause: String(record.cause),
        schedule: String(record.schedule),
      };
    case "queue":
      return { type: "queue", queue: wellFormed(record.queue), paused: record.paused };
    case "run":
      return toRunControl(record.run);
    case "cause":
      return toCauseControl(record.cause);
  }
}

function toRunControl(run: WorkflowRun): Other {
  const { name, key, fields } = toRun(run) as Exclude<ReturnType<typeof toRun>, string>;
  const times = [RUN.createdAt, ms(run.createdAt)];
  if (run.haltedAt !== null) times.push(RUN.haltedAt, ms(run.haltedAt));
  return {
    type: "run",
    id: String(run.id),
    name,
    ...(key === undefined ? {} : { key }),
    fields: [...fields, ...times],
  };
}

function toCauseControl(cause: Cause): Other {
  const { id, fingerprint, mutedUntil } = cause;
  const name = wellFormed(fingerprint);
  const fields = [
    ...["fingerprint", name, "class", wellFormed(cause.class), "message", wellFormed(cause.message)],
    ...["count", String(cause.count), "firstAt", ms(cause.firstAt), "lastAt", ms(cause.lastAt)],
    ...["job", String(cause.job), "attempt", String(cause.attempt)],
  ];
  if (mutedUntil !== null) fields.push("mutedUntil", mutedUntil === Infinity ? "-1" : ms(mutedUntil));
  return { type: "cause", id: String(id), name, key: ms(cause.lastAt), fields };
}

function toScheduleControl({ id, name, version, createdAt, state }: Schedule): ScheduleControl {
  return {
    id: String(id),
    name: wellFormed(name),
    version: String(version),
    createdAt: ms(createdAt),
    ...nextAtOf(state),
  };
}

function prefixed(head: string, data: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(head.length + data.length);
  new TextEncoder().encodeInto(head, bytes);
  bytes.set(data, head.length);
  return bytes;
}
