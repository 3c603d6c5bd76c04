/** Simulations that failed once and must not fail again. */

export interface FailedOnce {
  readonly seed: number;
  readonly hours: number;
  /** Whether somebody set the clock. */
  readonly jumps: boolean;
}

export const SEEDS: readonly FailedOnce[] = [];
