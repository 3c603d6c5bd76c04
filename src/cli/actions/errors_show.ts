/** What `gigq errors show` does. */

import { formatCause, parseCause } from "../../core/cause.ts";
import type { Attempt, Cause, Job } from "../../core/job.ts";
import type { JobQueue } from "../../library/queue.ts";
import { paint } from "../../output/color.ts";
import { escapeLine } from "../../output/escape.ts";
import { jsonLine } from "../../output/json_lines.ts";
import { localTime, relativeTime } from "../../output/time.ts";
import { cutText } from "../../output/width.ts";
import type { Input } from "../command.ts";
import { decisionText } from "../policy_text.ts";
import type { Io } from "../io.ts";
import { jobTitle } from "../job_title.ts";
import { logTail } from "../log_tail.ts";
import { openExisting } from "../open_queue.ts";
import { attemptShape, causeShape } from "../shapes.ts";
import { muteText } from "./errors.ts";

/** Lines shown of what the example wrote to stderr. */
const TAIL_LINES = 10;
/** Jobs shown of those that stand failed. */
const JOBS = 10;

/** All that is known about a cause. */
interface Known {
  readonly cause: Cause;
  /** The attempt that failed of it last; `null` when its job was deleted, or went on to further attempts and lost it. */
  readonly example: Attempt | null;
  readonly stderr: readonly string[];
  /** The first of those that stand failed. */
  readonly failed: readonly Job[];
}

/** Prints one cause in full. */
export async function showCause(input: Input, io: Io): Promise<number> {
  const id = parseCause(input.args[0]!);
  await using queue = await openExisting(io);
  const known = await look(await queue.cause(id), queue);
  await io.out(io.json ? jsonLine(shape(known, io.now())) : causeText(known, io));
  return 0;
}

async function look(cause: Cause, queue: JobQueue): Promise<Known> {
  const attempts = await queue.attempts(cause.job);
  const example = attempts.find(({ number }) => number === cause.attempt) ?? null;
  const stderr = example === null ? [] : await logTail(queue, cause.job, cause.attempt, "stderr", TAIL_LINES);
  const failed = await queue.list({ cause: cause.id, statuses: ["failed"], limit: JOBS });
  return { cause, example, stderr, failed };
}

function shape({ cause, example, stderr, failed }: Known, nowMs: number): Record<string, unknown> {
  return {
    ...causeShape(cause, nowMs),
    example: example === null ? null : { job: cause.job, ...attemptShape(example) },
    stderr,
    jobs: failed.map(({ id }) => id),
  };
}

type Look = Pick<Io, "columns" | "color" | "now">;

/** The page of `gigq errors show`. */
export function causeText(known: Known, io: Look): string {
  const { cause, example, stderr, failed } = known;
  const stack = example?.error?.stack;
  const sections = [
    facts(known, io),
    section("Message", cause.message.trimEnd().split("\n"), io),
    section("Stack", stack === undefined ? [] : stackLines(stack, cause), io),
    section(`End of stderr of job ${cause.job}`, stderr, io),
    section(failedTitle(cause, failed), failed.map((job) => `${job.id}  ${jobTitle(job)}`), io),
    section("Next", nextSteps(known), io),
  ];
  return sections.filter((text) => text !== "").join("\n");
}

function facts({ cause, example }: Known, io: Look): string {
  const now = io.now();
  const time = (ms: number): string => `${localTime(ms)} (${relativeTime(ms, now)})`;
  const rows: (readonly [string, string])[] = [
    ["Cause", formatCause(cause.id)],
    ["Class", cause.class],
    ["Attempts", `${cause.count} failed`],
    ["First", time(cause.firstAt)],
    ["Last", time(cause.lastAt)],
    ["Example", exampleText(cause, example)],
    ["Decided", example?.decision ? decisionText(example.decision) : ""],
    ["Muted", muteText(cause, now)],
    ["Fingerprint", cause.fingerprint],
  ];
  const told = rows.filter(([, value]) => value !== "");
  const left = Math.max(...told.map(([name]) => name.length));
  return told.map(([name, value]) =>
    `${paint(name.padEnd(left), "bold", io.color)}  ${fit(value, left + 2, io)}\n`
  ).join("");
}

function exampleText(cause: Cause, example: Attempt | null): string {
  if (example === null) return `job ${cause.job}, which is not stored any more`;
  const code = example.exitCode === null ? null : `exit ${example.exitCode}`;
  const how = example.signal ?? code;
  return `job ${cause.job}, attempt ${cause.attempt}${how === null ? "" : `: ${how}`}`;
}

/** Heading and indented lines; empty without lines. Long lines are cut on a terminal only. */
function section(title: string, lines: readonly string[], io: Look): string {
  if (lines.length === 0) return "";
  return `${paint(title, "bold", io.color)}\n${lines.map((line) => `  ${fit(line, 2, io)}\n`).join("")}`;
}

function fit(text: string, indent: number, { columns }: Look): string {
  const line = escapeLine(text);
  return columns === null ? line : cutText(line, Math.max(20, columns - indent));
}

/** The frames: the message, with which most stacks begin, stands above. */
function stackLines(stack: string, { message }: Cause): string[] {
  const at = stack.indexOf(message);
  const frames = at < 0 || message === "" ? stack : stack.slice(at + message.length);
  return frames.split("\n").map((line) => line.trim()).filter((line) => line !== "");
}

function failedTitle({ failed }: Cause, shown: readonly Job[]): string {
  const jobs = failed === 1 ? "1 job stands failed" : `${failed} jobs stand failed`;
  return shown.length < failed ? `${jobs}, the first ${shown.length} are` : jobs;
}

function nextSteps({ cause, example, failed }: Known): string[] {
  const id = formatCause(cause.id);
  const steps = [
    ...example === null ? [] : [[`gigq logs ${cause.job} --attempt ${cause.attempt}`, "all that it wrote"]],
    ...failed.length === 0 ? [] : [
      [`gigq list --error ${id} --status failed`, "all jobs that stand failed"],
      [`gigq requeue --error ${id} --canary 1`, "run one, and the others if it completes"],
    ],
    ...cause.mutedUntil !== null
      ? [[`gigq errors unmute ${id}`, "hear of it again"]]
      : [[`gigq errors mute ${id} --for 7d`, "hear no more of it for a week"]],
  ];
  const width = Math.max(...steps.map(([command]) => command!.length));
  return steps.map(([command, help]) => `${command!.padEnd(width)}  ${help}`);
}
