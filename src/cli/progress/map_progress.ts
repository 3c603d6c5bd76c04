/** The one line that shows how far a map is. Pure. */

import { formatDuration } from "../../core/duration.ts";

/** What the line tells. */
export interface MapState {
  /** Items printed. */
  readonly done: number;
  readonly failed: number;
  readonly running: number;
  /** Items read so far; all of them once `complete`. */
  readonly known: number;
  /** The input has ended. */
  readonly complete: boolean;
  readonly elapsedMs: number;
}

/** Cells of the bar. */
const BAR = 20;

/** `[########············] 40 of 100, 2 failed, 4 running, 12s, about 18s left`. */
export function mapLine(state: MapState): string {
  const { done, failed, running, known, complete, elapsedMs } = state;
  const share = known === 0 ? 0 : done / known;
  const bar = complete ? `[${"#".repeat(Math.floor(share * BAR)).padEnd(BAR, "·")}] ` : "";
  const parts = [`${done} of ${known}${complete ? "" : "+"}`];
  if (failed > 0) parts.push(`${failed} failed`);
  parts.push(`${running} running`, formatDuration(elapsedMs));
  if (complete && done > 0 && done < known) {
    parts.push(`about ${formatDuration(elapsedMs / done * (known - done))} left`);
  }
  return `${bar}${parts.join(", ")}`;
}
