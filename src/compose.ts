/** The only place that picks a store and wires the parts of a worker. */

import type { Clock, Random, Runner, Store } from "./core/ports.ts";
import { Engine, type EngineOptions } from "./engine/engine.ts";
import { createWorkerInfo } from "./engine/identity.ts";
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
