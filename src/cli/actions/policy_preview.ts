/** What `gigq policy preview` does. */

import { formatDuration } from "../../core/duration.ts";
import type { JsonObject } from "../../core/json.ts";
import type { Policy } from "../../core/job.ts";
import { seededRandom } from "../../core/seeded_random.ts";
import { toPolicy, toTime } from "../../library/job_input.ts";
import { jsonLine } from "../../output/json_lines.ts";
import { type Column, renderTable } from "../../output/table.ts";
import { isoTime, localTime } from "../../output/time.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";
import { policyOptions } from "../job_options.ts";
import { type AttemptPlan, planAttempts } from "../policy_plan.ts";
import { policyText } from "../policy_text.ts";

/** Prints when attempts would start. */
export async function previewPolicy(input: Input, io: Io): Promise<number> {
  const options = { ...policyOptions(input), queue: input.string("queue") };
  const policy = toPolicy(input.string("kind") ?? "command", options, io.jobs?.defaults);
  const start = toTime(input.string("start") ?? new Date(io.now()), io.now());
  const seed = input.number("seed") ?? Math.floor(Math.random() * 2 ** 32);
  const plan = planAttempts(policy, start, seededRandom(seed));
  await io.out(io.json ? jsonLine(planShape(policy, plan, seed)) : planText(policy, plan, seed, io));
  if (policy.maxAttempts === 1) io.err("There is one attempt only: --retry N allows N more\n");
  return 0;
}

function planShape(policy: Policy, { attempts, more, overBudget }: AttemptPlan, seed: number): JsonObject {
  return {
    policy: policy as unknown as JsonObject,
    seed,
    attempts: attempts.map(({ attempt, waitMs, at, sample }) => ({
      attempt,
      waitMs,
      at: at.map(isoTime),
      sample: sample === null ? null : { waitMs: sample.waitMs, at: isoTime(sample.at) },
    })),
    more,
    overBudget,
  };
}

const PLAIN: readonly Column[] = [
  { title: "ATTEMPT", align: "right" },
  { title: "WAIT", align: "right" },
  { title: "AT" },
];
const CHANCE: readonly Column[] = [
  { title: "ATTEMPT", align: "right" },
  { title: "WAIT", align: "right" },
  { title: "EARLIEST", optional: true },
  { title: "LATEST" },
  { title: "SAMPLE", align: "right" },
  { title: "AT" },
];

function planText(policy: Policy, plan: AttemptPlan, seed: number, { columns, color }: Io): string {
  const chance = policy.backoff.jitter !== "none" && plan.attempts.length > 1;
  const rows = plan.attempts.map(({ attempt, waitMs: [least, most], at: [earliest, latest], sample }) => {
    const wait = least === most ? formatDuration(most) : `${formatDuration(least)} – ${formatDuration(most)}`;
    if (!chance) return [String(attempt), wait, localTime(earliest)];
    return [
      String(attempt),
      wait,
      localTime(earliest),
      localTime(latest),
      sample === null ? "-" : formatDuration(sample.waitMs),
      sample === null ? "over budget" : localTime(sample.at),
    ];
  });
  const notes = [
    plan.more > 0 ? `… and ${plan.more} more` : null,
    plan.overBudget === null ? null : `Attempt ${plan.overBudget} would come after the budget is over`,
    chance ? `Sample drawn with --seed ${seed}` : null,
  ].filter((note) => note !== null);
  const table = renderTable(chance ? CHANCE : PLAIN, rows, { width: columns, color });
  return `${policyText(policy)}\n\n${table}${notes.length === 0 ? "" : `\n${notes.join("\n")}\n`}`;
}
