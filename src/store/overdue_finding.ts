/** What a check-up of a store says of schedules that nobody fires. The same words in every store. */

import { counted } from "../core/counted.ts";
import type { Finding } from "../core/ports.ts";
import { ago, ok, warning } from "./finding.ts";

/** Any worker that lives fires within seconds. */
export const OVERDUE_MS = 5 * 60_000;

/** How the schedules of a store stand. */
export interface Overdue {
  /** All schedules. */
  readonly schedules: number;
  /** Those whose time came more than {@linkcode OVERDUE_MS} ago. */
  readonly overdue: number;
  /** The one of them that has waited for longest, and since when; `null` for none. */
  readonly first: { readonly name: string; readonly nextAt: number } | null;
}

/** Whether what is due is fired; `null` where there are no schedules. */
export function overdueFinding({ schedules, overdue, first }: Overdue, now: number): Finding | null {
  if (schedules === 0) return null;
  if (first === null) return ok("schedules", `No schedule is overdue; there ${isAre(schedules)}`);
  const since = ago(now - first.nextAt);
  return warning(
    "schedules",
    overdue === 1
      ? `Schedule "${first.name}" was due ${since}, and nobody fired it`
      : `${
        counted(overdue, "schedule")
      } are overdue, and nobody fires them; "${first.name}" was due ${since}`,
    "Start a worker, or run gigq schedule tick",
  );
}

function isAre(count: number): string {
  return `${count === 1 ? "is" : "are"} ${count}`;
}
