/**
 * Changes schedules, and stores the jobs of their slots.
 *
 * All that belongs to a schedule (its row, its firings) is protected by its row: whoever changes any of it has locked the
 * row before (`lockSchedules`), so what is read in statements after that is how it stays. Of two who made a step from one
 * version, the second waits, finds another version, and does nothing. A transaction locks all the rows it needs with its
 * first statement, by rising id, and jobs and keys after them: so nobody waits in a circle.
 */

import type { JobId } from "../../../core/job.ts";
import type { Advanced, ScheduleStep } from "../../../core/ports.ts";
import type { Firing } from "../../../core/schedule.ts";
import { ms } from "../../codes.ts";
import { shortensHistory } from "../../history.ts";
import { knownSql, type ScheduleRow, toSchedule, UNKNOWN_COLUMNS } from "../reads/schedules.ts";
import type { Tx } from "../tx.ts";
import { enqueue } from "./enqueue.ts";
import { enqueueTogether } from "./enqueue_together.ts";
import { countSql, trimFirings, writeFirings } from "./firings.ts";
import { sparse } from "./sparse.ts";

const NOT_ACCEPTED: Advanced = { accepted: false };

/** What was stored for a slot. */
interface Fired {
  readonly jobs: readonly JobId[];
  readonly workflow: number | null;
}

const NOTHING: Fired = { jobs: [], workflow: null };

export const LOCK_SQL = "SELECT 1 FROM gigq.schedules WHERE id = ANY($1::bigint[]) ORDER BY id FOR UPDATE";

/** Locks the rows of schedules, for those that change them later in the transaction. */
export async function lockSchedules(tx: Tx, ids: readonly number[]): Promise<void> {
  if (ids.length > 0) await tx.all(LOCK_SQL, ids);
}

/**
 * Makes steps of schedules, whose rows are locked; each is of another one.
 *
 * @throws {NotFoundError} As `enqueue` does
 */
export async function advance(tx: Tx, steps: readonly ScheduleStep[], now: number): Promise<Advanced[]> {
  const [stored, taken] = await Promise.all([readSchedules(tx, steps), takenSlots(tx, steps)]);
  const accepted = steps.filter(({ id, version }) => stored.get(id)?.version === version && !taken.has(id));
  const fired = await fire(tx, accepted, ms(now));
  await Promise.all([
    writeFirings(tx, accepted.flatMap((step) => firingsOf(step, fired.get(step)))),
    update(tx, accepted),
    ...accepted.filter(shortensHistory).map(({ id }) => trimFirings(tx, id)),
  ]);
  const isAccepted = new Set(accepted);
  return steps.map((step): Advanced => {
    if (!isAccepted.has(step)) return NOT_ACCEPTED;
    const { definition = stored.get(step.id)!.definition, state } = step;
    const schedule = { ...stored.get(step.id)!, version: step.version + 1, definition, state };
    return { accepted: true, schedule, ...fired.get(step) ?? NOTHING };
  });
}

export const READ_SQL = `
  SELECT ${UNKNOWN_COLUMNS} FROM gigq.schedules s LEFT JOIN ${knownSql("$2", "$3")}
  WHERE s.id = ANY($1::bigint[])`;

async function readSchedules(
  tx: Tx,
  steps: readonly ScheduleStep[],
): Promise<ReadonlyMap<number, ReturnType<typeof toSchedule>>> {
  const { known } = tx.definitions;
  const rows = await tx.all<ScheduleRow>(READ_SQL, steps.map(({ id }) => id), known.ids, known.versions);
  return new Map(rows.map((row) => [row.id, toSchedule(row, known)]));
}

export const TAKEN_SQL = `
  SELECT n.schedule FROM unnest($1::bigint[], $2::bigint[]) AS n (schedule, slot)
  WHERE (
    SELECT f.job IS NOT NULL OR f.run IS NOT NULL FROM gigq.firings f
    WHERE f.schedule = n.schedule AND f.slot = n.slot
  )`;

/** Schedules that would fire a slot once more. */
async function takenSlots(tx: Tx, steps: readonly ScheduleStep[]): Promise<ReadonlySet<number>> {
  const firing = steps.flatMap(({ id, fire }) => fire === null ? [] : [{ id, slot: ms(fire.slot) }]);
  if (firing.length === 0) return new Set();
  const rows = await tx.all<{ schedule: number }>(
    TAKEN_SQL,
    firing.map(({ id }) => id),
    firing.map(({ slot }) => slot),
  );
  return new Set(rows.map((row) => row.schedule));
}

/** Stores the jobs of slots: all that belong to no run with one statement, since mostly each slot has one. */
async function fire(
  tx: Tx,
  steps: readonly ScheduleStep[],
  now: number,
): Promise<ReadonlyMap<ScheduleStep, Fired>> {
  const fired = new Map<ScheduleStep, Fired>();
  const single = steps.filter((step) => step.fire !== null && step.fire.workflow === null);
  const batches = await enqueueTogether(tx, single.map((step) => step.fire!.jobs), now);
  single.forEach((step, at) => fired.set(step, { jobs: batches[at]!.map(({ id }) => id), workflow: null }));
  await Promise.all(steps.map(async (step) => {
    if (step.fire === null || step.fire.workflow === null) return;
    const { jobs, workflow } = step.fire;
    const stored = await enqueue(tx, { jobs, workflow }, now);
    fired.set(step, { jobs: stored.jobs.map(({ id }) => id), workflow: stored.workflow });
  }));
  return fired;
}

/** The entries of a step, the one that fired with what was stored for it. */
function firingsOf({ id, firings, fire }: ScheduleStep, fired: Fired | undefined): Firing[] {
  return firings.map((firing) => {
    if (fired === undefined || firing.slot !== fire?.slot) return { ...firing, schedule: id };
    const { jobs: [job = null], workflow } = fired;
    return { ...firing, schedule: id, ...workflow === null ? { job } : { run: workflow } };
  });
}

export const UPDATE_SQL = `
  UPDATE gigq.schedules s SET
    version = s.version + 1, state = n.state, next_at = n.next_at,
    definition = coalesce(n.definition, s.definition),
    defined = CASE WHEN n.definition IS NULL THEN s.defined ELSE s.version + 1 END,
    started = ${countSql("started")}, queued = ${countSql("queued")}
  FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[]) AS n (id, state, next_at, definition)
  WHERE s.id = n.id`;

/** After the firings, which are counted. */
async function update(tx: Tx, steps: readonly ScheduleStep[]): Promise<void> {
  if (steps.length === 0) return;
  await tx.run(
    UPDATE_SQL,
    steps.map(({ id }) => id),
    steps.map(({ state }) => JSON.stringify(state)),
    sparse(steps.map(({ state }) => nextAtOf(state))),
    sparse(steps.map(({ definition }) => definition === undefined ? null : JSON.stringify(definition))),
  );
}

/** The first whole millisecond at which a schedule is due: not before its time. */
export function nextAtOf({ nextAt }: ScheduleStep["state"]): number | null {
  return nextAt === null ? null : Math.ceil(nextAt);
}
