/** What `gigq status` does. */

import { formatCause } from "../../core/cause.ts";
import { formatDuration } from "../../core/duration.ts";
import { formatRule } from "../../core/error_rules.ts";
import type { Attempt, Dependency, Job } from "../../core/job.ts";
import { scheduledOf } from "../../core/schedule/target.ts";
import { formatBytes } from "../../output/bytes.ts";
import { statusStyle, type Style } from "../../output/color.ts";
import { type Field, renderFields } from "../../output/fields.ts";
import { jsonLine } from "../../output/json_lines.ts";
import { type Cell, type Column, renderTable } from "../../output/table.ts";
import { localTime, relativeTime } from "../../output/time.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";
import { jobBody } from "../job_title.ts";
import { openExisting } from "../open_queue.ts";
import { idList } from "../pages.ts";
import { decisionShort } from "../policy_text.ts";
import { resolveId } from "../selectors.ts";
import { statusShape } from "../shapes.ts";

/** Prints one job. */
export async function showStatus(input: Input, io: Io): Promise<number> {
  await using queue = await openExisting(io);
  const id = await resolveId(input.args[0]!, queue);
  const [job, attempts] = await Promise.all([queue.get(id), queue.attempts(id)]);
  const parents = await queue.list({ ids: job.dependencies.map((dependency) => dependency.id) });
  await io.out(io.json ? jsonLine(statusShape(job, attempts)) : statusText(job, attempts, parents, io));
  return 0;
}

type Look = Pick<Io, "columns" | "color" | "now">;

/** The page of `gigq status`: fields, then the attempts. */
export function statusText(
  job: Job,
  attempts: readonly Attempt[],
  parents: readonly Pick<Job, "id" | "status">[],
  io: Look,
): string {
  const table = attemptTable(attempts, io);
  return renderFields(fields(job, parents, io), io) + (table === "" ? "" : `\n${table}`);
}

function fields(
  job: Job,
  parents: readonly Pick<Job, "id" | "status">[],
  io: Look,
): Field[] {
  const now = io.now();
  const time = (ms: number | null): string | null =>
    ms === null ? null : `${localTime(ms)} (${relativeTime(ms, now)})`;
  const stopping = job.cancelRequested && job.status === "running" ? ", asked to stop" : "";
  const reason = job.reason === null ? "" : ` (${job.reason})`;
  return [
    ["Job", String(job.id)],
    ["Name", job.name],
    ["Status", `${job.status}${reason}${stopping}${standing(job)}`, statusStyle(job.status)],
    ["Runs", `${job.kind}: ${jobBody(job)}`],
    ["Queue", job.queue],
    ["Priority", String(job.priority)],
    ["Tags", job.tags.join(", ")],
    ["Workflow", runText(job)],
    ["Schedule", scheduleText(job, now)],
    ["After", dependencyText(job.dependencies, parents)],
    ["Unique", job.uniqueKey],
    ["Attempts", attemptsText(job)],
    ["Rules", job.policy.rules?.map(formatRule).join("; ") ?? null],
    ["Created", time(job.createdAt)],
    ["Due", job.status === "scheduled" ? time(job.dueAt) : null],
    ["Expires", job.startedAt === null ? time(job.expiresAt) : null],
    ["Started", time(job.startedAt)],
    ["Finished", time(job.finishedAt)],
    ["Worker", job.worker],
    ["Progress", job.progress === null ? null : JSON.stringify(job.progress)],
    ["Result", job.status === "completed" ? JSON.stringify(job.result) : null],
    lastError(job),
    ["Cause", job.cause === null ? null : formatCause(job.cause)],
  ];
}

/** Why it failed; of a job that has not failed for good, what its latest attempt that failed said. */
function lastError({ status, error }: Job): Field {
  const text = error === null ? null : `${error.class}: ${error.message}`;
  return status === "failed" ? ["Error", text, "red"] : ["Last error", text, "dim"];
}

/** What else there is to know about where it stands. */
function standing({ dead, canaries }: Job): string {
  if (canaries.length === 0) return dead ? ", dead letter" : "";
  return `, waits for ${canaries.length === 1 ? "canary" : "canaries"} ${idList(canaries)}`;
}

/** `run 3, step parse`; jobs of a batch are no steps. */
function runText({ workflow, step }: Job): string | null {
  if (workflow === null) return null;
  return step === null ? `run ${workflow}` : `run ${workflow}, step ${step}`;
}

/** `nightly, for 2026-11-24 02:00:00 (3h ago)`: its slot, which may be long before it was stored. */
function scheduleText({ payload }: Job, now: number): string | null {
  const scheduled = scheduledOf(payload);
  if (scheduled === null) return null;
  const { schedule, at } = scheduled;
  return `${schedule}, for ${localTime(at)} (${relativeTime(at, now)})`;
}

function attemptsText(job: Job): string {
  const failures = job.failures === 1 ? "1 failure" : `${job.failures} failures`;
  return `${job.attempt} started, ${failures} of ${job.maxAttempts} allowed`;
}

/** `3 (completed), 4 on failure (running)`. */
function dependencyText(
  dependencies: readonly Dependency[],
  parents: readonly Pick<Job, "id" | "status">[],
): string {
  const statuses = new Map(parents.map((parent) => [parent.id, parent.status]));
  return dependencies.map(({ id, on }) => {
    const rule = on === "success" ? "" : on === "failure" ? " on failure" : " however it ends";
    return `${id}${rule} (${statuses.get(id) ?? "gone"})`;
  }).join(", ");
}

const COLUMNS: readonly Column[] = [
  { title: "ATTEMPT", align: "right" },
  { title: "OUTCOME" },
  { title: "STARTED" },
  { title: "WAITED", align: "right", optional: true },
  { title: "RAN", align: "right" },
  { title: "CPU", align: "right", optional: true },
  { title: "MEMORY", align: "right", optional: true },
  { title: "EXIT", align: "right" },
  { title: "THEN" },
  { title: "WORKER", min: 8, optional: true },
];

/** Without the columns that no attempt has a value for. */
function attemptTable(attempts: readonly Attempt[], { columns, color }: Look): string {
  const rows = attempts.map((attempt): Cell[] => [
    String(attempt.number),
    { text: attempt.outcome, style: outcomeStyle(attempt.outcome) },
    localTime(attempt.startedAt),
    formatDuration(attempt.waitMs),
    orDash(attempt.wallMs, formatDuration),
    orDash(attempt.cpuMs, formatDuration),
    orDash(attempt.maxRssBytes, formatBytes),
    attempt.signal ?? orDash(attempt.exitCode, String),
    orDash(attempt.decision, decisionShort),
    attempt.worker ?? "-",
  ]);
  const told = COLUMNS.map((_, index) => rows.some((row) => row[index] !== "-"));
  const kept = <T>(items: readonly T[]): T[] => items.filter((_, index) => told[index]);
  return renderTable(kept(COLUMNS), rows.map(kept), { width: columns, color });
}

function orDash<T>(value: T | null, format: (value: T) => string): string {
  return value === null ? "-" : format(value);
}

function outcomeStyle(outcome: Attempt["outcome"]): Style {
  if (outcome === "completed" || outcome === "ignored") return "green";
  if (outcome === "running") return "cyan";
  return outcome === "cancelled" || outcome === "released" || outcome === "snoozed" ? "dim" : "red";
}
