/** What a retry does with each step, in words. */

import { isFinal } from "../core/transitions.ts";
import type { StepRetry } from "../core/workflow/retry.ts";
import { escapeLine } from "../output/escape.ts";
import { textWidth } from "../output/width.ts";

/** `parse  again: failed (exit 3)`, `fetch  kept: completed`: a line a step. */
export function retryLines(steps: readonly StepRetry[], indent = ""): string {
  const names = steps.map(({ step }) => escapeLine(step));
  const width = Math.max(0, ...names.map(textWidth));
  return steps.map(({ status, again, why }, index) => {
    const what = again ? "again" : isFinal(status) ? "kept" : "unfinished";
    const padding = " ".repeat(width - textWidth(names[index]!));
    return `${indent}${names[index]}${padding}  ${what}: ${escapeLine(why)}\n`;
  }).join("");
}
