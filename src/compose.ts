/** The only place that picks a store and wires the parts of a worker. */

import type { JobId } from "./core/job.ts";
import type { Clock, Random, Runner, Store } from "./core/ports.ts";
import { Engine, type EngineOptions } from "./engine/engine.ts";
import { createWorkerInfo } from "./engine/identity.ts";
import { Maintenance } from "./engine/maintenance.ts";
import { Outage } from "./engine/outage.ts";
import { systemProcesses } from "./engine/process_table.ts";
import { systemClock } from "./engine/system_clock.ts";
import { builtinRunners } from "./runner/builtin.ts";

/** Everything an engine needs that is not decided here. */
export type EngineChoices =
  & Omit<EngineOptions, "worker" | "runners" | "clock" | "random" | "processes">
  & {
    readonly store: Store;
    readonly runners: readonly Runner[];
    /** Built-in kinds to run beside `runners`; default all. */
    readonly kinds?: readonly string[];
    readonly name?: string;
    readonly clock?: Clock;
    readonly random?: Random;
  };

/** Makes an engine for this process: its identity, the real clock unless told otherwise, the runners asked for. */
export function createEngine(
  { kinds, name, runners, clock = systemClock, random, ...options }: EngineChoices,
): Engine {
  const custom = new Set(runners.map((runner) => runner.kind));
  const builtin = builtinRunners().filter((runner) =>
    (kinds?.includes(runner.kind) ?? true) && !custom.has(runner.kind)
  );
  return new Engine({
    ...options,
    runners: [...runners, ...builtin],
    worker: createWorkerInfo(name),
    clock,
    processes: systemProcesses(clock),
    random: random ?? Math.random,
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
