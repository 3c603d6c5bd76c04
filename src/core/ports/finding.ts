/** What a check-up of a store comes to. */

/** `ok` · `warning`: works, and may not tomorrow · `problem`: something is wrong now. */
export type Verdict = "ok" | "warning" | "problem";

/** The outcome of one check. */
export interface Finding {
  /** What was checked, such as `permissions`: stable, for programs. */
  readonly check: string;
  /** How it came out. */
  readonly verdict: Verdict;
  /** What was found. */
  readonly message: string;
  /** What to do about it: one imperative sentence without a full stop; `null` when there is nothing to do. */
  readonly hint: string | null;
  /** Whether the check-up mended it. */
  readonly fixed: boolean;
}
