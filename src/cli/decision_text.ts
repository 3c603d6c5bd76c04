/** What was made of a failure, in words. */

import { formatDuration } from "../core/duration.ts";
import type { Decision } from "../core/failure.ts";

const ACTIONS: Readonly<Record<Decision["action"], string>> = {
  retry: "tried again",
  fail: "not tried again",
  ignore: "ignored",
  snooze: "put off",
  dead: "a dead letter",
  "pause-queue": "put back, and the queue paused",
  run: "not tried again, and another job started",
};

const REASONS: Readonly<Record<Exclude<Decision["by"], "attempts">, string>> = {
  rule: "a rule",
  "retry-on": "what it retries on",
  "no-retry-on": "what it does not retry on",
  budget: "its time was used up",
  permanent: "trying again is pointless, it says",
};

/** `tried again after 2s`, `a dead letter: rule 2, exit:3 -> dead`, `not tried again: its attempts were used up`. */
export function decisionText({ action, by, rule, number, delayMs }: Decision): string {
  const after = delayMs === null ? "" : ` after ${formatDuration(delayMs)}`;
  const what = `${ACTIONS[action]}${after}`;
  if (by === "attempts") return action === "retry" ? what : `${what}: its attempts were used up`;
  const named = number === null ? REASONS[by] : `rule ${number}`;
  return `${what}: ${named}${rule === null ? "" : `, ${rule}`}`;
}
