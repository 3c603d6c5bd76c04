/** What a worker tells about each job, for people and for programs. Pure. */

import { formatDuration } from "../../core/duration.ts";
import type { ClaimedJob, Outcome, Usage } from "../../core/ports.ts";
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
    case "ignored":
      return `completed${after}, though it failed ${withError(outcome.error)}`;
    case "snoozed":
      return `failed ${withError(outcome.error)}${after}, tries again in ${
        formatDuration(Math.max(0, outcome.runAt - nowMs))
      }`;
    case "cancelled":
      return `cancelled${after}`;
    case "released":
      return `given back${after}`;
    case "failed": {
      const again = outcome.retryAt === null
        ? ""
        : `, tries again in ${formatDuration(Math.max(0, outcome.retryAt - nowMs))}`;
      return `failed ${describeFailure(outcome, usage)}${after}${again}`;
    }
  }
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
    case "draining":
      return { ...base, level: event.level, running: event.running };
    case "warning":
      return { ...base, message: event.message };
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
  const error = failed?.error ?? null;
  return {
    outcome: failed?.reason ?? outcome.type,
    accepted,
    status,
    wallMs: usage.wallMs,
    exitCode: usage.exitCode,
    signal: usage.signal,
    error: error === null ? null : { class: error.class, message: error.message },
    retryAt: failed === null || failed.retryAt === null ? null : iso(failed.retryAt),
  };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}
