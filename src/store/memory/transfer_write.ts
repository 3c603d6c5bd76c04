/** Fills a store with what another one holds. Records that are there already are replaced. */

import { type JobId, routeOf } from "../../core/job.ts";
import type { JobRecord, LogChunk, TransferRecord, WorkflowRun } from "../../core/ports.ts";
import type { Schedule } from "../../core/schedule.ts";
import { addTo } from "./enqueue.ts";
import { hold, releaseFrom } from "./hold.ts";
import type { JobRecord as Stored } from "./record.ts";
import { setFiring } from "./schedules.ts";
import type { State } from "./state.ts";

export class Writer {
  /** Canaries that are still to come, and who waits for them. */
  readonly #awaited = new Map<JobId, Set<Stored>>();

  constructor(private readonly state: State) {}

  write(record: TransferRecord): void {
    const { state } = this;
    switch (record.type) {
      case "counters":
        state.lastJob = record.job;
        state.lastWorkflow = record.run;
        state.lastCause = record.cause;
        state.lastSchedule = record.schedule;
        return;
      case "queue":
        if (record.paused) state.paused.add(record.queue);
        else state.paused.delete(record.queue);
        return;
      case "run":
        return writeRun(state, record.run);
      case "cause": {
        const { failed: _, ...cause } = record.cause;
        state.causes.set(cause.fingerprint, cause);
        return;
      }
      case "job":
        return this.#writeJob(record);
      case "log":
        return writeLog(state, record.chunk);
      case "schedule":
        return writeSchedule(state, record.schedule);
      case "firing": {
        const schedule = state.schedules.get(record.firing.schedule);
        if (schedule !== undefined) setFiring(schedule, record.firing);
        return;
      }
    }
  }

  /** One that is replaced stays the same object, since others point to it. */
  #writeJob(record: JobRecord): void {
    const { state } = this;
    const { id } = record.job;
    const before = state.jobs.get(id);
    if (before !== undefined) this.#forget(before);
    const job: Stored = Object.assign(before ?? {}, toStored(record, before));
    state.jobs.set(id, job);
    for (const parent of job.dependencies) addTo(state.children, parent.id, id);
    if (record.holdsKey) state.holders.set(job.spec.unique!.key, job);
    joinRun(state, job);
    state.index(job);
    state.watchExpiry(job);
    for (const canary of record.job.canaries) this.#hold(job, canary);
    for (const waiting of this.#awaited.get(id) ?? []) hold(state, waiting, [job]);
    this.#awaited.delete(id);
  }

  /** Takes a job out of all that points to it because of what it was before. */
  #forget(job: Stored): void {
    const { state } = this;
    for (const { id } of job.dependencies) state.children.get(id)?.delete(job.id);
    releaseFrom(state, job);
    for (const waiting of this.#awaited.values()) waiting.delete(job);
    const { unique } = job.spec;
    if (unique !== null && state.holders.get(unique.key) === job) state.holders.delete(unique.key);
  }

  #hold(job: Stored, id: JobId): void {
    const canary = this.state.jobs.get(id);
    if (canary === undefined) addTo(this.#awaited, id, job);
    else hold(this.state, job, [canary]);
  }
}

function writeRun(state: State, { counts: _, params, ...run }: WorkflowRun): void {
  const jobs = state.workflows.get(run.id)?.jobs ?? [];
  state.workflows.set(run.id, { ...run, params: JSON.stringify(params), jobs });
}

function writeSchedule(state: State, { definition, state: standing, ...schedule }: Schedule): void {
  // One that had the name when it was written before is gone by now.
  for (const { id, name } of state.schedules.values()) {
    if (name === schedule.name && id !== schedule.id) state.schedules.delete(id);
  }
  const before = state.schedules.get(schedule.id);
  state.schedules.set(schedule.id, {
    ...schedule,
    definition: JSON.stringify(definition),
    state: JSON.stringify(standing),
    nextAt: standing.nextAt,
    firings: before?.firings ?? new Map(),
    open: before?.open ?? new Map(),
  });
}

function joinRun(state: State, { id, workflow }: Stored): void {
  const run = workflow === null ? undefined : state.workflows.get(workflow);
  if (run !== undefined && !run.jobs.includes(id)) run.jobs.push(id);
}

function toStored(record: JobRecord, before: Stored | undefined): Stored {
  const { job, runAt, unique, startBy, checkpoint } = record;
  const { kind, policy, name, queue, priority, tags, expiresAt, step } = job;
  const isRunning = job.status === "running";
  const { reason, attempt, failures, dueAt, startedAt, firstStartedAt, finishedAt, error, cause, dead } = job;
  return {
    id: job.id,
    spec: { ...{ kind, policy, name, queue, priority, tags, expiresAt, step }, runAt, unique },
    payload: JSON.stringify(job.payload),
    route: routeOf(job),
    workflow: job.workflow,
    createdAt: job.createdAt,
    dependencies: job.dependencies,
    status: isRunning ? "ready" : job.status,
    ...{
      reason,
      attempt,
      failures,
      dueAt,
      startBy,
      startedAt,
      firstStartedAt,
      finishedAt,
      error,
      cause,
      dead,
    },
    result: JSON.stringify(job.result),
    canaries: before?.canaries ?? new Set(),
    progress: JSON.stringify(job.progress),
    waitingOn: job.waitingOn,
    cancelRequested: job.cancelRequested && !isRunning,
    // Of workers that ran jobs elsewhere only the names are known.
    worker: job.worker === null ? null : { id: job.worker, host: "", boot: null, pid: 0, pidStart: null },
    process: null,
    leaseUntil: 0,
    checkpoint: checkpoint === null ? null : {
      value: JSON.stringify(checkpoint.value),
      steps: new Map(Object.entries(checkpoint.steps).map(([key, value]) => [key, JSON.stringify(value)])),
      attempt: checkpoint.attempt,
      at: checkpoint.at,
    },
    attempts: record.attempts.map((one) => ({ ...one })),
    log: before?.log ?? [],
  };
}

function writeLog(state: State, chunk: LogChunk): void {
  const log = state.jobs.get(chunk.id)?.log;
  if (log === undefined) return;
  const at = log.findIndex(({ attempt, seq }) => attempt === chunk.attempt && seq === chunk.seq);
  const copy = { ...chunk, data: chunk.data.slice() };
  if (at < 0) log.push(copy);
  else log[at] = copy;
}
