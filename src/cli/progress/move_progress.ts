/** The one line that shows how far a move is. Pure. */

import { formatDuration } from "../../core/duration.ts";
import type { MoveProgress } from "../../library/move.ts";

/** Cells of the bar. */
const BAR = 20;

/** `[########············] 40000 of 100000 jobs copied, 12s`. */
export function moveLine(progress: MoveProgress, elapsedMs: number): string {
  const time = formatDuration(Math.floor(elapsedMs / 1_000) * 1_000);
  switch (progress.type) {
    case "waiting": {
      const { length } = progress.running;
      return `Waiting for ${length} running job${length === 1 ? "" : "s"}, ${time}`;
    }
    case "copied":
      return `${bar(progress)}${of(progress)} copied, ${time}`;
    case "compared":
      return `${bar(progress)}${of(progress)} compared, ${time}`;
    case "sealed":
    case "receiving":
      return `Preparing, ${time}`;
    case "verified":
    case "moved":
    case "opened":
      return `Both are equal, ${time}`;
  }
}

type Count = { readonly jobs: number; readonly total: number };

/** A move that goes on where it stopped begins somewhere, and one whose source has moved does not know the end. */
function bar({ jobs, total }: Count): string {
  if (total === 0) return "";
  const share = Math.min(1, jobs / total);
  return `[${"#".repeat(Math.floor(share * BAR)).padEnd(BAR, "·")}] `;
}

function of({ jobs, total }: Count): string {
  return `${jobs}${total === 0 ? "" : ` of ${total}`} jobs`;
}
