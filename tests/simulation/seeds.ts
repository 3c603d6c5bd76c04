/** Simulations that failed once and must not fail again. */

export interface FailedOnce {
  readonly seed: number;
  readonly hours: number;
  /** Whether somebody set the clock. */
  readonly jumps: boolean;
  /** Whether the store was on a server. */
  readonly server?: boolean;
  /** What was wrong. */
  readonly because: string;
}

/** The same actions only with the same code of the simulation: a change there makes another history of a seed. */
export const SEEDS: readonly FailedOnce[] = [
  {
    seed: 2,
    hours: 2,
    jumps: false,
    because: "a worker that was stopped between claim and start ran jobs that were not its own any more",
  },
  {
    seed: 4,
    hours: 4,
    jumps: true,
    because: "a worker that lived lost a job when the clock was set forward",
  },
  {
    seed: 1389776468,
    hours: 2,
    jumps: true,
    because: "a claim without an answer was taken for the job of a worker that lives",
  },
  {
    seed: 12,
    hours: 24,
    jumps: true,
    because:
      "a body that heard nothing was left behind with its lease, and its job was tried again beside it",
  },
  {
    seed: 116,
    hours: 6,
    jumps: false,
    server: true,
    because: "a lease that was over came to life again when the server went down",
  },
];
