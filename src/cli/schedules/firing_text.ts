/** What became of a slot, in words. */

import { formatDuration } from "../../core/duration.ts";
import { UsageError } from "../../core/errors.ts";
import { type Firing, FIRING_STATUSES, type FiringStatus } from "../../core/schedule.ts";
import { didYouMean } from "../../core/suggest.ts";
import type { Style } from "../../output/color.ts";

const STYLES: Readonly<Record<FiringStatus, Style>> = {
  queued: "yellow",
  started: "cyan",
  completed: "green",
  failed: "red",
  cancelled: "dim",
  skipped: "dim",
  missed: "yellow",
  gone: "dim",
};

/** The style in which it is shown everywhere. */
export function firingStyle(status: FiringStatus): Style {
  return STYLES[status];
}

/**
 * Reads what `--status` says: words, or several with commas.
 *
 * @throws {UsageError} Naming the word
 */
export function readFiringStatuses(texts: readonly string[]): readonly FiringStatus[] {
  return texts.flatMap((text) => text.split(",")).map((word) => {
    const found = FIRING_STATUSES.find((status) => status === word.trim());
    if (found !== undefined) return found;
    throw new UsageError(`Unknown status "${word}"`, {
      hint: didYouMean(word, FIRING_STATUSES) ?? `Write one of ${FIRING_STATUSES.join(", ")}`,
    });
  });
}

/** `12` for a job, `run 3` for a workflow's run; empty without. */
export function placeText({ job, run }: Pick<Firing, "job" | "run">): string {
  return run !== null ? `run ${run}` : job === null ? "" : String(job);
}

/** How long after the slot its jobs were stored; empty for what was not, or not late. */
export function lateText({ slot, startedAt }: Pick<Firing, "slot" | "startedAt">): string {
  if (startedAt === null || startedAt - slot < 1_000) return "";
  return formatDuration(startedAt - slot);
}

/** How long it took, up to when its end was seen; empty before. */
export function tookText({ startedAt, endedAt }: Pick<Firing, "startedAt" | "endedAt">): string {
  return startedAt === null || endedAt === null ? "" : formatDuration(Math.max(0, endedAt - startedAt));
}

/** What made it run where that was not its time, and why this was decided. */
export function whyText({ reason, trigger, slots }: Pick<Firing, "reason" | "trigger" | "slots">): string {
  if (slots > 1) return `${slots} times${reason === null ? "" : `: ${reason}`}`;
  const by = trigger === "time" ? "" : trigger === "manual" ? "by hand" : trigger;
  return [by, reason].filter(Boolean).join(": ");
}
