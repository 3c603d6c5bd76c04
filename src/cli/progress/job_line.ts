/** What a worker tells about each job, for people and for programs. Pure. */

import { formatDuration, writeDuration } from "../../core/duration.ts";
import type { ClaimedJob, Outcome, Usage } from "../../core/ports.ts";
import type { JobError } from "../../core/job.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import type { EngineEvent } from "../../engine/options.ts";
import { escapeLine } from "../../output/escape.ts";
import { jobTitle } from "../job_title.ts";

type FinishedEvent = Extract<EngineEvent, { type: "finished" }>;

/** Characters of a job's name (or command) that a line shows. */
const TITLE_CHARS = 60;
/** Characters of an error message that a line shows: the record has all of it. */
const MESSAGE_CHARS = 160;

/**
 * One line for the end of an attempt, such as `12 resize a.png completed in 340ms` or
 * `13 failed with exit code 3 after 2.1s, tries again in 4s`.
 */
export function jobLine(event: FinishedEvent, nowMs: number): string {
  return `${event.job.id} ${cut(escapeLine(jobTitle(event.job)), TITLE_CHARS)} ${endLine(event, nowMs)}`;
}

function cut(text: string, chars: number): string {
  return text.length > chars ? `${text.slice(0, chars - 1)}…` : text;
}

/** The same without the job: `completed in 340ms`. */
export function endLine({ outcome, accepted, usage }: FinishedEvent, nowMs: number): string {
  const after = usage.wallMs === null ? "" : ` after ${formatDuration(usage.wallMs)}`;
  if (!accepted) return `was taken over by another worker${after}`;
  switch (outcome.type) {
    case "completed":
      return usage.wallMs === null ? "completed" : `completed in ${formatDuration(usage.wallMs)}`;
    case "cancelled":
      return `cancelled${after}`;
    case "released":
      return `given back${after}`;
    case "ignored":
      return `${failure("failed", outcome.error, usage)}${after}, ignored${byRule(outcome)}`;
    case "snoozed":
      return `snoozed${pauseOrWait(outcome, nowMs)}${byRule(outcome)}${after}`;
    case "failed": {
      const again = outcome.retryAt === null
        ? ""
        : `, tries again in ${formatDuration(Math.max(0, outcome.retryAt - nowMs))}`;
      return `failed ${describeFailure(outcome, usage)}${after}${again}${byRule(outcome)}`;
    }
  }
}

type Decided = Extract<Outcome, { type: "failed" | "ignored" | "snoozed" }>;

/** ` by rule 1 (exit:75 -> snooze:5m)`, where one decided. */
function byRule({ decision }: Decided): string {
  return decision?.by !== "rule"
    ? ""
    : ` by rule ${decision.number} (${cut(escapeLine(decision.rule ?? ""), MESSAGE_CHARS)})`;
}

function pauseOrWait(outcome: Extract<Outcome, { type: "snoozed" }>, nowMs: number): string {
  if (outcome.pauseQueue) return ", its queue paused";
  const { decision } = outcome;
  // As the rule has it: a few milliseconds have passed since.
  if (decision?.delayBy === "rule") return ` for ${writeDuration(decision.delayMs ?? 0)}`;
  return ` for ${formatDuration(Math.max(0, outcome.runAt - nowMs))}`;
}

/** `failed with exit code 75`, whatever the reason: outcomes that are no failure of the job do not tell it. */
function failure(verb: string, error: JobError | null, { exitCode, signal }: Usage): string {
  if (exitCode !== null && exitCode !== 0) return `${verb} with exit code ${exitCode}`;
  return signal === null ? `${verb} ${withError(error)}` : `${verb} by ${signal}`;
}

/** `with exit code 3`, `by timeout`, `with TypeError: x is not a function`. */
export function describeFailure(
  { reason, error }: Pick<Extract<Outcome, { type: "failed" }>, "reason" | "error">,
  usage: Pick<Usage, "exitCode" | "signal">,
): string {
  switch (reason) {
    case "exit":
      return usage.exitCode === null ? withError(error) : `with exit code ${usage.exitCode}`;
    case "signal":
      return usage.signal === null ? "by a signal" : `by ${usage.signal}`;
    case "timeout":
      return "by timeout";
    case "lost":
      return "because its worker was lost";
    case "expired":
      return "because it was not started in time";
    case "error":
      return withError(error);
  }
}

function withError(error: { readonly class: string; readonly message: string } | null): string {
  if (error === null) return "with an error";
  const text = escapeLine(`${error.class}: ${error.message}`);
  return `with ${cut(text, MESSAGE_CHARS)}`;
}

/** An engine's event as one JSON object; `null` for what programs need not hear. Times are ISO 8601. */
export function eventJson(event: EngineEvent, nowMs: number): JsonObject | null {
  const base = { event: event.type, at: iso(nowMs) };
  switch (event.type) {
    case "started":
      return { ...base, ...jobJson(event.job) };
    case "finished":
      return { ...base, ...jobJson(event.job), ...endJson(event) };
    case "progress":
      return { ...base, ...jobJson(event.job), progress: event.value };
    case "rescued":
      return { ...base, ids: [...event.ids] };
    case "unreachable":
      return { ...base, running: event.running, message: event.error.message };
    case "reachable":
      return { ...base, awayMs: event.awayMs };
    case "draining":
      return { ...base, level: event.level, running: event.running, unsaved: event.unsaved };
    case "warning":
      return { ...base, message: event.message };
    case "fired": {
      const { schedule, slot, trigger, job, run } = event;
      return { ...base, schedule, slot: iso(slot), trigger, job, run };
    }
    case "skipped": {
      const { schedule, slot, slots, status, reason } = event;
      return { ...base, schedule, slot: iso(slot), slots, status, reason };
    }
    case "idle":
    case "log":
      return null;
  }
}

function jobJson({ id, name, queue, kind, attempt, workflow, step }: ClaimedJob): Record<string, Json> {
  return { id, name, queue, kind, attempt, workflow, step };
}

function endJson({ outcome, accepted, status, usage }: FinishedEvent): Record<string, Json> {
  const failed = outcome.type === "failed" ? outcome : null;
  const decided = failed ?? (outcome.type === "ignored" || outcome.type === "snoozed" ? outcome : null);
  const error = decided?.error ?? null;
  const retryAt = outcome.type === "snoozed" && !outcome.pauseQueue ? outcome.runAt : failed?.retryAt ?? null;
  return {
    outcome: failed?.reason ?? outcome.type,
    accepted,
    status,
    wallMs: usage.wallMs,
    exitCode: usage.exitCode,
    signal: usage.signal,
    error: error === null
      ? null
      : { class: error.class, message: error.message, fingerprint: error.fingerprint ?? null },
    retryAt: retryAt === null ? null : iso(retryAt),
    decision: (decided?.decision ?? null) as Json,
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
