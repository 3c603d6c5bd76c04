/** The attempts of one job. */

import type { Decision } from "../../../core/failure.ts";
import type { Attempt, AttemptOutcome, JobError, JobId } from "../../../core/job.ts";
import type { Redis } from "../script.ts";
import { reading } from "./guard.ts";

const ATTEMPTS = reading(
  "attempts",
  String.raw`
return { call('GET', P .. ':attempts:' .. A.id), call('HMGET', P .. ':job:' .. A.id, 's', 'n', 'w', 'b', 'd') }`,
);

/** Status, attempt, worker, start, due. */
type Current = readonly (string | null)[];

/** The running attempt has no record yet: it is made of the job's state. */
export async function attempts(redis: Redis, id: JobId): Promise<readonly Attempt[]> {
  const [ended, [status, number, worker, startedAt, dueAt]] = await redis.script<[string | null, Current]>(
    ATTEMPTS,
    JSON.stringify({ id: String(id) }),
  );
  const found = toAttempts(ended);
  if (status !== "3") return found;
  const running: Attempt = {
    number: Number(number),
    worker: worker ?? null,
    outcome: "running",
    startedAt: Number(startedAt),
    waitMs: Math.max(0, Number(startedAt) - Number(dueAt)),
    ...{ finishedAt: null, wallMs: null, cpuMs: null, maxRssBytes: null },
    ...{ exitCode: null, signal: null, error: null, decision: null },
  };
  return [...found, running];
}

/** Those that ended, oldest first; see `AttemptRecord`. */
export function toAttempts(lines: string | null): readonly Attempt[] {
  if (lines === null) return [];
  return lines.split("\n").filter((line) => line !== "").map((line) => {
    const record = JSON.parse(line) as readonly unknown[];
    const [number, worker, outcome, startedAt, finishedAt, waitMs] = record;
    const [wallMs, cpuMs, maxRssBytes, exitCode] = record.slice(6) as (number | null | undefined)[];
    const [signal, error, decision] = record.slice(10);
    return {
      number: number as number,
      worker: (worker ?? null) as string | null,
      outcome: outcome as AttemptOutcome,
      startedAt: startedAt as number,
      finishedAt: (finishedAt ?? null) as number | null,
      waitMs: waitMs as number,
      wallMs: wallMs ?? null,
      cpuMs: cpuMs ?? null,
      maxRssBytes: maxRssBytes ?? null,
      exitCode: exitCode ?? null,
      signal: (signal ?? null) as string | null,
      error: (error ?? null) as JobError | null,
      decision: (decision ?? null) as Decision | null,
    };
  });
}
