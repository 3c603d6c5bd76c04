/** `gigq policy`: what becomes of failures, before and after. */

import type { CommandSpec, GroupSpec } from "../command.ts";
import { POLICY_OPTIONS } from "../job_options.ts";
import { ONE_ID_ARGUMENT } from "../selector_options.ts";

const preview: CommandSpec = {
  name: "preview",
  summary: "Show when a job would be tried again",
  description:
    "Lists the attempts that the options allow, as if each failed at once: the wait before it and its time. Where " +
    "waits are left to chance, the shortest and the longest are shown, and one draw of them by a seed.",
  options: [
    ...POLICY_OPTIONS,
    {
      name: "kind",
      type: "string",
      value: "KIND",
      choices: ["command", "module", "function", "http"],
      help: "Kind of the job; default command",
    },
    { name: "queue", short: "q", type: "string", value: "NAME", complete: "queue", help: "Queue of the job" },
    { name: "start", type: "string", value: "TIME", help: "When the first attempt starts; default now" },
    {
      name: "seed",
      type: "integer",
      value: "N",
      min: 0,
      max: 2 ** 32 - 1,
      help: "Draw the same sample again",
    },
  ],
  examples: [
    { command: "gigq policy preview --retry 5 --backoff exp:2s..5m", help: "The times of six attempts" },
    { command: "gigq policy preview --policy patient --start 22:00", help: "Of a policy of gigq.toml" },
    {
      command: "gigq policy preview --retry 9 --backoff exp:1s..1m --jitter decorrelated --seed 7",
      help: "What chance may make of it",
    },
  ],
  run: async (input, io) => (await import("../actions/policy_preview.ts")).previewPolicy(input, io),
};

const list: CommandSpec = {
  name: "list",
  summary: "List the policies of the settings",
  description:
    "Policies by name, for kinds and for queues, the rules for all jobs, and which gigq.toml they are from.",
  examples: [{ command: "gigq policy list", help: "What --policy can name" }],
  run: async (input, io) => (await import("../actions/policy_list.ts")).listPolicies(input, io),
};

const explain: CommandSpec = {
  name: "explain",
  summary: "Tell what became of each failure of a job, and why",
  description: "Shows the job's policy and rules, and for each attempt that failed which of them decided.",
  arguments: [ONE_ID_ARGUMENT],
  options: [{ name: "attempt", type: "integer", value: "N", min: 1, help: "Only this attempt" }],
  examples: [
    { command: "gigq policy explain 12", help: "Why job 12 was, or was not, tried again" },
    { command: "gigq policy explain @last --attempt 2 --json", help: "One attempt, for a program" },
  ],
  run: async (input, io) => (await import("../actions/policy_explain.ts")).explainPolicy(input, io),
};

const policy: GroupSpec = {
  name: "policy",
  summary: "Preview, list and explain what becomes of failures",
  commands: [preview, list, explain].map((spec) => ({
    name: spec.name,
    summary: spec.summary,
    load: () => Promise.resolve(spec),
  })),
};

export default policy;
