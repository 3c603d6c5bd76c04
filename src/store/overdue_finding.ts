/** What a check-up of a store says of schedules that nobody fires. The same words in every store. */

import type { Finding } from "../core/ports.ts";
import { ago, counted, ok, warning } from "./finding.ts";

/** Any worker that lives fires within seconds. */
export const OVERDUE_MS = 5 * 60_000;

/** Schedules whose time came more than {@linkcode OVERDUE_MS} ago. */
export interface Overdue {
  readonly count: number;
  /** The one that has been for longest, and since when; `null` for none. */
  readonly first: { readonly name: string; readonly nextAt: number } | null;
}

/** The check `schedules`. */
export function overdueFinding({ count, first }: Overdue, now: number): Finding {
  if (first === null) return ok("schedules", "No schedule is overdue");
  const since = ago(now - first.nextAt);
  return warning(
    "schedules",
    count === 1
      ? `Schedule "${first.name}" was due ${since}, and nobody fired it`
      : `${counted(count, "schedule")} are overdue, and nobody fires them; "${first.name}" was due ${since}`,
    "Start a worker, or run gigq schedule tick",
  );
}
