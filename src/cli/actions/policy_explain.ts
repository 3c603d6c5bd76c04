/** What `gigq policy explain` does. */

import { formatRule } from "../../core/error_rules.ts";
import { NotFoundError } from "../../core/errors.ts";
import type { Attempt, Job } from "../../core/job.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import { escapeLine } from "../../output/escape.ts";
import { jsonLine } from "../../output/json_lines.ts";
import { isoTime, localTime } from "../../output/time.ts";
import { cutText } from "../../output/width.ts";
import { hanging } from "../../output/wrap.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";
import { jobBody } from "../job_title.ts";
import { openExisting } from "../open_queue.ts";
import { decisionText, matchesText, policyText } from "../policy_text.ts";
import { describeFailure } from "../progress/job_line.ts";
import { resolveId } from "../selectors.ts";

/** Prints a job's policy, and what became of its failures. */
export async function explainPolicy(input: Input, io: Io): Promise<number> {
  await using queue = await openExisting(io);
  const id = await resolveId(input.args[0]!, queue);
  const [job, all] = await Promise.all([queue.get(id), queue.attempts(id)]);
  const number = input.number("attempt");
  const attempts = number === undefined ? all : all.filter((attempt) => attempt.number === number);
  if (number !== undefined && attempts.length === 0) {
    throw new NotFoundError(`Job ${id} has no attempt ${number}`, {
      hint: all.length === 0 ? "It has not started yet" : `It has ${all.length}`,
    });
  }
  await io.out(io.json ? jsonLine(explainShape(job, attempts)) : explainText(job, attempts, io));
  return 0;
}

function explainShape(job: Job, attempts: readonly Attempt[]): JsonObject {
  const { id, status, reason, dead, policy } = job;
  return {
    id,
    status,
    reason,
    dead,
    policy: policy as unknown as Json,
    rules: (policy.rules ?? []).map(formatRule),
    attempts: attempts.map(({ number, outcome, finishedAt, exitCode, signal, error, decision }) => ({
      number,
      outcome,
      finishedAt: isoTime(finishedAt),
      exitCode,
      signal,
      error: error as Json,
      decision: decision as Json,
      explanation: decision === null ? null : decisionText(decision),
    })),
  };
}

/** Of what goes on from the line before. */
const INDENT = 2;

function explainText(job: Job, attempts: readonly Attempt[], { columns }: Io): string {
  const { policy } = job;
  const reason = job.reason === null ? "" : ` (${job.reason})`;
  const standing = `: ${job.status}${reason}${job.dead ? ", a dead letter" : ""}`;
  const title = escapeLine(`Job ${job.id} ${jobBody(job)}`);
  const lines = [
    `Policy: ${policyText(policy)}`,
    matchesText(policy.retryOn) && `Retried only: ${matchesText(policy.retryOn)}`,
    matchesText(policy.noRetryOn) && `Never retried: ${matchesText(policy.noRetryOn)}`,
    ...(policy.rules ?? []).map((rule, index) => `Rule ${index + 1}: ${formatRule(rule)}`),
    policy.rules === undefined ? "No rules" : null,
    ...attempts.map(attemptText),
  ].filter((line): line is string => Boolean(line));
  const room = columns === null ? Infinity : columns - standing.length;
  return [
    `${cutText(title, room)}${standing}\n`,
    ...lines.map((line) => hanging(escapeLine(line), columns, INDENT)),
  ].join("");
}

function attemptText(attempt: Attempt): string {
  const { number, outcome, finishedAt, decision } = attempt;
  const when = finishedAt === null ? "" : ` (${localTime(finishedAt)})`;
  if (decision === null) return `Attempt ${number}${when}: ${outcome}`;
  return `Attempt ${number}${when} failed ${failureText(attempt)}: ${decisionText(decision)}`;
}

/** Attempts that were put off or ignored tell no reason: what they left behind does. */
function failureText({ outcome, exitCode, signal, error }: Attempt): string {
  const usage = { exitCode, signal };
  switch (outcome) {
    case "error":
    case "exit":
    case "signal":
    case "timeout":
    case "lost":
    case "expired":
      return describeFailure({ reason: outcome, error }, usage);
    default:
      return describeFailure(
        { reason: signal !== null ? "signal" : exitCode ? "exit" : "error", error },
        usage,
      );
  }
}
