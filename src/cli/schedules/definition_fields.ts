/** A schedule as fields: for `show`, and for what `add` and `edit` understood. */

import { fileURLToPath } from "node:url";
import { counted } from "../../core/counted.ts";
import { writeDuration } from "../../core/duration.ts";
import { formatRule } from "../../core/error_rules.ts";
import type { ScheduleDefinition, ScheduleTarget } from "../../core/schedule.ts";
import type { Field } from "../../output/fields.ts";
import { jobBody } from "../job_title.ts";
import { matchesText, policyText } from "../policy_text.ts";
import { catchUpText, overlapText } from "./policies_text.ts";

/** What becomes of its times. */
export function policyFields(definition: ScheduleDefinition): Field[] {
  const { overlap, jitterMs, pauseOnFailure, count } = definition;
  return [
    ["Overlap", overlapText(overlap)],
    ["Catch-up", catchUpText(definition)],
    ["Jitter", jitterMs === 0 ? null : `up to ${writeDuration(jitterMs)}`],
    ["Pauses", pauseOnFailure === null ? null : afterFailures(pauseOnFailure)],
    ["Count", count === null ? null : `over after ${counted(count, "run")}`],
  ];
}

function afterFailures(count: number): string {
  return count === 1 ? "after a failed run" : `after ${count} failed runs in a row`;
}

/** What it runs. */
export function targetFields(target: ScheduleTarget): Field[] {
  if (target.type === "workflow") {
    const { spec, params, source } = target;
    return [
      ["Runs", `workflow: ${spec.name}, ${counted(spec.steps.length, "step")}`],
      ["File", source === null ? null : placeOf(source)],
      ["With", Object.entries(params).map(([name, value]) => `${name}=${plain(value)}`).join(" ")],
    ];
  }
  const { job } = target;
  const { runAt, expiresAt, priority, tags, queue, payload } = job;
  return [
    ["Runs", `${job.kind}: ${jobBody(job)}`],
    ["Folder", typeof payload.cwd === "string" ? payload.cwd : null],
    ["Env", namesIn(payload.env)],
    ["Secrets", namesIn(payload.secrets)],
    ["Name", job.name],
    ["Queue", queue === "default" ? null : queue],
    ["Priority", priority === 0 ? null : String(priority)],
    ["Tags", tags.join(", ")],
    ["Policy", policyText(job.policy)],
    ["Retry on", matchesText(job.policy.retryOn)],
    ["No retry", matchesText(job.policy.noRetryOn)],
    ["On error", (job.policy.rules ?? []).map(formatRule)],
    ["Delay", runAt === null ? null : writeDuration(runAt)],
    ["Expires", expiresAt === null ? null : `when no worker takes it within ${writeDuration(expiresAt)}`],
  ];
}

/** A file by its path, anything else by its address. */
function placeOf(source: string): string {
  try {
    return fileURLToPath(source);
  } catch {
    return source;
  }
}

/** Only the names: what variables hold is nobody's business who looks over a shoulder. */
function namesIn(table: unknown): string | null {
  return typeof table === "object" && table !== null ? Object.keys(table).join(", ") : null;
}

function plain(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
