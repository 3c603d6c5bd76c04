/** Changes a schedule and stores the jobs of a slot: a compare-and-swap, within the transaction. */

import type { Advanced, ScheduleStep } from "../../../core/ports.ts";
import type { Schedule } from "../../../core/schedule.ts";
import { ms } from "../../codes.ts";
import { shortensHistory } from "../../history.ts";
import type { Connection } from "../connection.ts";
import { enqueue } from "../ops/enqueue.ts";
import { shorten } from "./firings.ts";
import { intactSchedules } from "./intact.ts";
import { nextAtOf, SCHEDULE_COLUMNS, type ScheduleRow, toSchedule, writeFirings } from "./rows.ts";

/** @throws {NotFoundError} When a job depends on one that does not exist */
export function advance(db: Connection, step: ScheduleStep, now: number): Advanced {
  if (!isCurrent(db, step)) return { accepted: false };
  const { id, version, definition, state, firings, fire } = step;
  db.run(
    "UPDATE schedules SET version = ?, state = ?, next_at = ? WHERE id = ?",
    ...[version + 1, JSON.stringify(state), nextAtOf(state), id],
  );
  if (definition !== undefined) {
    db.run("UPDATE schedule_definitions SET body = ? WHERE id = ?", JSON.stringify(definition), id);
  }
  const { jobs, workflow } = store(db, fire, now);
  const made = workflow === null ? { job: jobs[0] ?? null } : { run: workflow };
  writeFirings(db, firings.map((firing) => firing.slot === fire?.slot ? { ...firing, ...made } : firing));
  if (shortensHistory(step)) shorten(db, id);
  return { accepted: true, schedule: read(db, id), jobs, workflow };
}

/** Whether nobody changed it since, or has stored jobs for the slot. */
function isCurrent(db: Connection, { id, version, fire }: ScheduleStep): boolean {
  if (!db.exists("SELECT 1 AS found FROM schedules WHERE id = ? AND version = ?", id, version)) return false;
  if (fire === null) return true;
  return !db.exists(
    "SELECT 1 AS found FROM firings WHERE schedule = ? AND slot = ? AND (job IS NOT NULL OR run IS NOT NULL)",
    ...[id, ms(fire.slot)],
  );
}

function store(
  db: Connection,
  fire: ScheduleStep["fire"],
  now: number,
): { readonly jobs: readonly number[]; readonly workflow: number | null } {
  if (fire === null) return { jobs: [], workflow: null };
  const batch = fire.workflow === null ? { jobs: fire.jobs } : { jobs: fire.jobs, workflow: fire.workflow };
  const { jobs, workflow } = enqueue(db, batch, ms(now));
  return { jobs: jobs.map((job) => job.id), workflow };
}

function read(db: Connection, id: number): Schedule {
  const rows = db.all<ScheduleRow>(
    `SELECT ${SCHEDULE_COLUMNS} FROM schedules s CROSS JOIN schedule_definitions d ON d.id = s.id WHERE s.id = ?`,
    id,
  );
  return intactSchedules(rows.map(toSchedule))[0]!;
}
