/** The only place that picks a store and wires the parts of a worker. */

import { timetable } from "./calendar/timetable.ts";
import type { JobId } from "./core/job.ts";
import type { Clock, Random, Runner, Store } from "./core/ports.ts";
import { Engine, type EngineOptions } from "./engine/engine.ts";
import { createWorkerInfo } from "./engine/identity.ts";
import { Maintenance } from "./engine/maintenance.ts";
import type { EngineEvent } from "./engine/options.ts";
import { giveUpMs as giveUpMsOf, Outage } from "./engine/outage.ts";
import { systemProcesses } from "./engine/process_table.ts";
import { Scheduler, type SchedulerOptions } from "./engine/scheduler.ts";
import { systemClock } from "./engine/system_clock.ts";
import { builtinRunners } from "./runner/builtin.ts";

/** Who runs no jobs has no leases; a file may be out of reach for as long as one holds elsewhere. */
const LEASE_MS = 30_000;

/** Everything an engine needs that is not decided here. */
export type EngineChoices =
  & Omit<EngineOptions, "worker" | "runners" | "clock" | "random" | "processes">
  & {
    readonly store: Store;
    readonly runners: readonly Runner[];
    /** Whether it fires schedules; default `false`. */
    readonly schedules?: boolean;
    /** Built-in kinds to run beside `runners`; default all. */
    readonly kinds?: readonly string[];
    readonly name?: string;
    readonly clock?: Clock;
    readonly random?: Random;
  };

/** Makes an engine for this process: its identity, the real clock unless told otherwise, the runners asked for. */
export function createEngine(
  { kinds, name, runners, schedules = false, clock = systemClock, random, ...options }: EngineChoices,
): Engine {
  const custom = new Set(runners.map((runner) => runner.kind));
  const builtin = builtinRunners().filter((runner) =>
    (kinds?.includes(runner.kind) ?? true) && !custom.has(runner.kind)
  );
  return new Engine({
    ...schedules && { timetable },
    ...options,
    runners: [...runners, ...builtin],
    worker: createWorkerInfo(name),
    clock,
    processes: systemProcesses(clock),
    random: random ?? Math.random,
  });
}

/** What a scheduler needs that is not decided here. */
export interface SchedulerChoices {
  readonly store: Store;
  readonly clock?: Clock;
  /** Whom its entries in histories name; default an id made from host and process. */
  readonly by?: string;
  /** For how long a store on a server may be out of reach in `serve`; default without end. */
  readonly giveUpMs?: number;
  /** See {@linkcode SchedulerOptions.onDecided}. */
  readonly onDecided?: SchedulerOptions["onDecided"];
  /** Hears what becomes of slots, what goes wrong, and of a store that is away. */
  readonly onEvent?: (event: EngineEvent) => void;
}

/** Makes a scheduler for who runs no jobs: one `look`, or `serve` to go on. */
export function createScheduler(
  { store, clock = systemClock, by = createWorkerInfo().id, giveUpMs, onDecided, onEvent = () => {} }:
    SchedulerChoices,
): Scheduler {
  return new Scheduler({
    ...{ store, clock, by, timetable, onDecided, onEvent },
    isAlone: true,
    random: Math.random,
    limitMs: giveUpMsOf({ store, mode: "run", leaseMs: LEASE_MS, giveUpMs }),
    outage: new Outage({
      clock,
      leaseMs: LEASE_MS,
      began: (error) => onEvent({ type: "unreachable", error, running: 0 }),
      ended: (awayMs) => onEvent({ type: "reachable", awayMs }),
    }),
    warn: (message, error) => onEvent({ type: "warning", message, error }),
  });
}

/**
 * Takes over the jobs whose worker is gone, once, as every worker does: what is left of them on this machine is ended
 * first. A worker that lives on this machine keeps its jobs; of one elsewhere only the clock on the wall tells.
 *
 * @returns The jobs taken over
 */
export async function rescueAbandoned(
  { store, location, now, clock = systemClock }: {
    readonly store: Store;
    readonly location: string | null;
    /** The time of the store, where it has its own. */
    readonly now?: () => number;
    readonly clock?: Clock;
  },
): Promise<readonly JobId[]> {
  const rescued: JobId[] = [];
  const maintenance = new Maintenance({
    store,
    location,
    clock: now === undefined ? clock : { ...clock, now },
    random: Math.random,
    worker: createWorkerInfo(),
    processes: systemProcesses(clock),
    limitMs: 0,
    outage: new Outage({ clock, leaseMs: 0 }),
    // One look cannot watch a lease.
    leaseMs: 0,
    sparesLiving: true,
    held: new Map(),
    rescued: (ids) => rescued.push(...ids),
    warn: () => {},
  });
  const enough = new AbortController();
  await maintenance.sweep(enough.signal);
  // What did not end by now is not waited for: its job stays where it is.
  enough.abort();
  return rescued;
}
