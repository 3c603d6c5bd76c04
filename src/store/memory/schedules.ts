/** Recurring work in memory. Each verb checks everything first, so that one that is refused leaves nothing. */

import type { JobId, Status } from "../../core/job.ts";
import type {
  Advanced,
  Due,
  DueSchedule,
  FiringFilter,
  OpenFiring,
  Schedules,
  ScheduleStep,
} from "../../core/ports.ts";
import { BOUNDS } from "../../core/bounds.ts";
import { type Firing, isOpen, type NewSchedule, type Schedule } from "../../core/schedule.ts";
import { shortensHistory } from "../history.ts";
import { enqueue } from "./enqueue.ts";
import type { State } from "./state.ts";

/** A stored schedule; JSON as text. */
export interface ScheduleRecord {
  readonly id: number;
  readonly name: string;
  readonly createdAt: number;
  version: number;
  definition: string;
  state: string;
  nextAt: number | null;
  /** By slot, in no order. */
  readonly firings: Map<number, Firing>;
  /** Those of them that are open. */
  readonly open: Map<number, Firing>;
}

/** Runs a verb in one turn; `change` is refused unless the store is open. */
type Run = <T>(verb: (state: State) => T) => Promise<T>;

export class MemorySchedules implements Schedules {
  constructor(private readonly change: Run, private readonly use: Run) {}

  add(schedule: NewSchedule, now: number): Promise<Schedule | null> {
    return this.change((state) => add(state, schedule, now));
  }

  list(
    filter: { readonly ids?: readonly number[]; readonly names?: readonly string[] } = {},
  ): Promise<readonly Schedule[]> {
    return this.use((state) => listSchedules(state, filter));
  }

  remove(id: number): Promise<boolean> {
    return this.change((state) => {
      const isThere = state.schedules.delete(id);
      if (isThere) state.changed = true;
      return isThere;
    });
  }

  due(now: number): Promise<Due> {
    return this.use((state) =>
      state.standing.type === "sealed" ? { schedules: [], nextAt: null } : due(state, now)
    );
  }

  advance(step: ScheduleStep, now: number): Promise<Advanced> {
    return this.change((state) => advance(state, step, now));
  }

  firings(filter: FiringFilter): Promise<readonly Firing[]> {
    return this.use((state) => listFirings(state, filter));
  }
}

function add(state: State, { name, definition, state: standing }: NewSchedule, now: number): Schedule | null {
  if (state.schedules.values().some((other) => other.name === name)) return null;
  const record: ScheduleRecord = {
    id: ++state.lastSchedule,
    ...{ name, version: 1, createdAt: now },
    definition: JSON.stringify(definition),
    state: JSON.stringify(standing),
    nextAt: standing.nextAt,
    firings: new Map(),
    open: new Map(),
  };
  state.schedules.set(record.id, record);
  state.changed = true;
  return toSchedule(record);
}

export function toSchedule({ id, name, version, createdAt, definition, state }: ScheduleRecord): Schedule {
  return { id, name, version, createdAt, definition: JSON.parse(definition), state: JSON.parse(state) };
}

function listSchedules(
  state: State,
  { ids, names }: { readonly ids?: readonly number[]; readonly names?: readonly string[] },
): Schedule[] {
  return [...state.schedules.values()]
    .filter(({ id, name }) =>
      (ids === undefined || ids.includes(id)) && (names === undefined || names.includes(name))
    )
    .sort((a, b) => a.name < b.name ? -1 : 1)
    .map(toSchedule);
}

function due(state: State, now: number): Due {
  const schedules: DueSchedule[] = [];
  let nextAt = Infinity;
  for (const record of state.schedules.values()) {
    const at = record.nextAt ?? Infinity;
    if (at > now) nextAt = Math.min(nextAt, at);
    if (at <= now || record.open.size > 0) schedules.push(toDue(state, record));
  }
  return { schedules, nextAt: nextAt === Infinity ? null : nextAt };
}

function toDue(state: State, record: ScheduleRecord): DueSchedule {
  const open: OpenFiring[] = [];
  let queued = 0;
  for (const firing of [...record.open.values()].sort((a, b) => a.slot - b.slot)) {
    if (firing.status === "queued" && ++queued > BOUNDS.queuedShown) continue;
    open.push({ ...firing, jobs: countJobs(state, firing) });
  }
  return { schedule: toSchedule(record), open, queued };
}

function countJobs(state: State, { job, run }: Firing): Partial<Record<Status, number>> {
  const ids: readonly JobId[] = run === null ? [job ?? -1] : state.workflows.get(run)?.jobs ?? [];
  const counts: Partial<Record<Status, number>> = {};
  for (const id of ids) {
    const status = state.jobs.get(id)?.status;
    if (status !== undefined) counts[status] = (counts[status] ?? 0) + 1;
  }
  return counts;
}

function advance(state: State, step: ScheduleStep, now: number): Advanced {
  const { fire } = step;
  const record = state.schedules.get(step.id);
  if (record === undefined || record.version !== step.version) return { accepted: false };
  const before = fire === null ? undefined : record.firings.get(fire.slot);
  if (before !== undefined && (before.job !== null || before.run !== null)) return { accepted: false };
  const batch = fire === null ? null : { jobs: fire.jobs, ...fire.workflow && { workflow: fire.workflow } };
  const stored = batch === null ? { jobs: [], workflow: null } : enqueue(state, batch, now);
  const jobs = stored.jobs.map((job) => job.id);
  record.version++;
  record.state = JSON.stringify(step.state);
  record.nextAt = step.state.nextAt;
  if (step.definition !== undefined) record.definition = JSON.stringify(step.definition);
  for (const firing of step.firings) {
    const made = stored.workflow === null ? { job: jobs[0] ?? null } : { run: stored.workflow };
    setFiring(record, firing.slot === fire?.slot ? { ...firing, ...made } : firing);
  }
  if (shortensHistory(step)) shorten(record);
  state.changed = true;
  return { accepted: true, schedule: toSchedule(record), jobs, workflow: stored.workflow };
}

/** Adds an entry or replaces the one of its slot. */
export function setFiring({ firings, open }: ScheduleRecord, firing: Firing): void {
  const copy = { ...firing };
  firings.set(copy.slot, copy);
  if (isOpen(copy)) open.set(copy.slot, copy);
  else open.delete(copy.slot);
}

function shorten({ firings, open }: ScheduleRecord): void {
  if (firings.size - open.size <= BOUNDS.firings) return;
  const closed = [...firings.keys()].filter((slot) => !open.has(slot)).sort((a, b) => b - a);
  for (const slot of closed.slice(BOUNDS.firings)) firings.delete(slot);
}

export function listFirings(state: State, filter: FiringFilter): Firing[] {
  const { schedules, statuses, from = -Infinity, until = Infinity, limit = Infinity } = filter;
  return [...state.schedules.values()]
    .filter(({ id }) => schedules === undefined || schedules.includes(id))
    .flatMap(({ firings }) =>
      [...firings.values()]
        .filter(({ slot, status }) => slot >= from && slot <= until && (statuses?.includes(status) ?? true))
        .sort((a, b) => b.slot - a.slot)
        .slice(0, Math.min(limit, firings.size))
        .map((firing) => ({ ...firing }))
    );
}
