/** The options of everything that runs jobs: `worker`, `map` and `run`. */

import { BOUNDS } from "../core/bounds.ts";
import { parseDuration } from "../core/duration.ts";
import { ConfigError, UsageError } from "../core/errors.ts";
import type { WorkerOptions } from "../library/worker.ts";
import type { Input, OptionSpec } from "./command.ts";
import type { Io } from "./io.ts";

/** How many jobs at once. */
export const CONCURRENCY_OPTION: OptionSpec = {
  name: "concurrency",
  short: "j",
  type: "integer",
  value: "N",
  min: 1,
  max: BOUNDS.concurrency,
  help: "Jobs at once; default the number of cores",
};

export const LEASE_OPTIONS: readonly OptionSpec[] = [
  {
    name: "lease",
    type: "duration",
    value: "DURATION",
    help: "How long a silent worker keeps its jobs; default GIGQ_LEASE or 30s",
  },
  {
    name: "heartbeat",
    type: "duration",
    value: "DURATION",
    help: "Time between signs of life; default GIGQ_HEARTBEAT or a third of the lease",
  },
];

/** How long a server may be out of reach. */
export function giveUpOption(fallback: string): OptionSpec {
  return {
    name: "give-up-after",
    type: "duration",
    value: "DURATION",
    help: `How long a server may be out of reach; default GIGQ_GIVE_UP_AFTER or ${fallback}`,
  };
}

/** For how long a server is tried again, from options, then the environment; `undefined` where neither says. */
export function giveUpAfter(input: Input, io: Pick<Io, "env">): number | undefined {
  return input.duration("give-up-after") ?? fromEnvironment("GIGQ_GIVE_UP_AFTER", io);
}

/** The same for who waits for jobs of their own: a minute unless something else was said. */
export function waitingGiveUpAfter(input: Input, io: Pick<Io, "env">): number {
  return giveUpAfter(input, io) ?? DEFAULT_GIVE_UP_MS;
}

const DEFAULT_GIVE_UP_MS = 60_000;
/** Leases of a worker that is told nothing, as in `Worker`. */
const DEFAULT_LEASE_MS = 30_000;

/** Concurrency, lease and heartbeat, from options, then the environment. */
export function workerOptions(
  input: Input,
  io: Io,
): Pick<WorkerOptions, "concurrency" | "lease" | "heartbeat"> {
  const lease = input.duration("lease") ?? fromEnvironment("GIGQ_LEASE", io);
  const heartbeat = input.duration("heartbeat") ?? fromEnvironment("GIGQ_HEARTBEAT", io);
  const leaseMs = lease ?? DEFAULT_LEASE_MS;
  if (leaseMs === 0) throw new UsageError("The lease must be longer than nothing");
  if (heartbeat !== undefined && !(heartbeat > 0 && heartbeat < leaseMs)) {
    throw new UsageError(`A heartbeat of ${heartbeat}ms does not keep a lease of ${leaseMs}ms`, {
      hint: "Make the heartbeat a third of the lease or less",
    });
  }
  return { concurrency: input.number("concurrency"), lease, heartbeat };
}

function fromEnvironment(name: string, io: Pick<Io, "env">): number | undefined {
  const text = io.env(name);
  if (text === undefined || text === "") return undefined;
  try {
    return parseDuration(text);
  } catch (error) {
    const { message, hint } = error as UsageError;
    throw new ConfigError(`${name}: ${message}`, { hint, cause: error });
  }
}
