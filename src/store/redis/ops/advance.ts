/** Changes a schedule and stores the jobs of a slot. */

import type { Advanced, ScheduleStep } from "../../../core/ports.ts";
import { shortensHistory } from "../../history.ts";
import { toEntry } from "../entry.ts";
import { toSchedule } from "../reads/schedules.ts";
import { requestId } from "../request.ts";
import type { Redis } from "../script.ts";
import { ADVANCE_SCRIPT } from "../scripts/advance.ts";
import { type BatchControl, toBatch, toEnqueued, toPayloads, toStored } from "./batch.ts";
import { ms, nextAtOf } from "./text.ts";

/** What the script is told beside texts. */
interface Control {
  readonly now: string;
  readonly request: string;
  readonly id: string;
  readonly version: string;
  readonly nextAt?: string;
  /** How many entries of the history there are. */
  readonly entries: number;
  /** Whether there is more to do afterwards, so that it needs memory. */
  readonly adds: boolean;
  /** Whether the oldest entries are deleted afterwards. */
  readonly shortens: boolean;
  readonly fire?: BatchControl & { readonly slot: string };
}

/** What became of the jobs as JSON, and the fields of the schedule. */
type Answer = readonly [stored: string, fields: readonly string[]] | null;

/** @throws {NotFoundError} When a dependency names a job that does not exist */
export async function advance(redis: Redis, step: ScheduleStep, now: number): Promise<Advanced> {
  const { id, version, definition, state, firings, fire } = step;
  const control: Control = {
    now: ms(now),
    request: requestId(),
    id: String(id),
    version: String(version),
    ...nextAtOf(state),
    entries: firings.length,
    adds: fire !== null || firings.some((firing) => firing.status === "queued"),
    shortens: shortensHistory(step),
    ...(fire === null ? {} : { fire: { ...toBatch(fire.jobs, fire.workflow), slot: ms(fire.slot) } }),
  };
  const answer = await redis.script<Answer>(
    ADVANCE_SCRIPT,
    JSON.stringify(control),
    definition === undefined ? "" : JSON.stringify(definition),
    JSON.stringify(state),
    ...firings.map(toEntry),
    ...toPayloads(fire?.jobs ?? []),
  );
  if (answer === null) return { accepted: false };
  const stored = toStored(answer[0]);
  // An answer that was asked for twice may find it deleted meanwhile.
  if (answer[1].length === 0) return { accepted: false };
  return {
    accepted: true,
    schedule: toSchedule(String(id), answer[1]),
    jobs: toEnqueued(stored).map((job) => job.id),
    workflow: stored.workflow,
  };
}
