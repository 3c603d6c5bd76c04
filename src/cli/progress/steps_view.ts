/** A workflow run on a few lines of a terminal. Pure. */

import { formatDuration } from "../../core/duration.ts";
import type { Status } from "../../core/job.ts";
import type { Json } from "../../core/json.ts";
import { FINAL } from "../../core/transitions.ts";
import { escapeLine } from "../../output/escape.ts";
import { statusSymbol } from "../../output/graph/label.ts";
import { cutText, textWidth } from "../../output/width.ts";

/** One step as the view shows it. */
export interface StepState {
  readonly name: string;
  readonly status: Status;
  /** Start of its latest attempt, milliseconds since the epoch. */
  readonly startedAt: number | null;
  readonly finishedAt: number | null;
  /** What it reported last. */
  readonly progress: Json;
}

/** Lines of steps at most: the view must leave room for what stood on the terminal before. */
const MAX_ROWS = 12;
/** Columns of a step's name at most. */
const NAME_COLUMNS = 28;

/** What is shown first where not everything fits. */
const ORDER: readonly Status[] = [
  "running",
  "failed",
  "scheduled",
  "ready",
  "blocked",
  "cancelled",
  "skipped",
  "completed",
];

/**
 * A head line and one line a step; with many steps those that run, failed and come next.
 *
 * @param title Name and number of the run
 */
export function stepLines(
  title: string,
  steps: readonly StepState[],
  startedAt: number,
  nowMs: number,
): string[] {
  const shown = steps.length <= MAX_ROWS ? steps : [...steps].sort(byInterest).slice(0, MAX_ROWS - 1);
  const width = Math.min(NAME_COLUMNS, Math.max(...shown.map((step) => textWidth(escapeLine(step.name)))));
  const rows = shown.map((step) => stepLine(step, width, nowMs));
  const rest = steps.length - shown.length;
  return [
    `${escapeLine(title)}: ${summary(steps)}, ${formatDuration(nowMs - startedAt)}`,
    ...rows,
    ...rest > 0 ? [`  … and ${rest} more`] : [],
  ];
}

/** `4 of 9 steps, 1 failed, 2 running`. */
export function summary(steps: readonly Pick<StepState, "status">[]): string {
  const count = (status: Status): number => steps.filter((step) => step.status === status).length;
  const ended = steps.filter(({ status }) => (FINAL as readonly Status[]).includes(status)).length;
  const parts = [`${ended} of ${steps.length} ${steps.length === 1 ? "step" : "steps"}`];
  for (const status of ["failed", "running"] as const) {
    if (count(status) > 0) parts.push(`${count(status)} ${status}`);
  }
  return parts.join(", ");
}

function byInterest(a: StepState, b: StepState): number {
  return ORDER.indexOf(a.status) - ORDER.indexOf(b.status);
}

function stepLine(step: StepState, width: number, nowMs: number): string {
  const name = cutText(escapeLine(step.name), width);
  const padded = name + " ".repeat(width - textWidth(name));
  return `  ${statusSymbol(step.status)} ${padded}  ${detail(step, nowMs)}`.trimEnd();
}

function detail({ status, startedAt, finishedAt, progress }: StepState, nowMs: number): string {
  switch (status) {
    case "running": {
      const report = progressText(progress);
      return `${formatDuration(Math.max(0, nowMs - (startedAt ?? nowMs)))}${
        report === "" ? "" : `  ${report}`
      }`;
    }
    case "completed":
    case "failed":
      return `${status === "failed" ? "failed " : ""}${
        startedAt === null || finishedAt === null ? "" : formatDuration(finishedAt - startedAt)
      }`;
    case "scheduled":
      return "waits for its time";
    case "cancelled":
    case "skipped":
      return status;
    case "blocked":
    case "ready":
      return "";
  }
}

/** A number from 0 to 1 is a share; text is itself; everything else is JSON. */
export function progressText(progress: Json): string {
  if (progress === null) return "";
  if (typeof progress === "number" && progress >= 0 && progress <= 1) return `${Math.round(progress * 100)}%`;
  return escapeLine(typeof progress === "string" ? progress : JSON.stringify(progress));
}
