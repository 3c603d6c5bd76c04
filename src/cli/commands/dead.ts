/** `gigq dead`: jobs that failed for good, until somebody has dealt with them. */

import type { CommandSpec, GroupSpec } from "../command.ts";
import { REQUEUE_OPTIONS } from "../requeue_options.ts";
import { ALL_OPTION, DEAD_SELECTOR_OPTIONS, IDS_ARGUMENT } from "../selector_options.ts";

const list: CommandSpec = {
  name: "list",
  summary: "List the dead letters",
  description:
    "A job that used up its attempts, or that a rule gave up, is a dead letter until it is redriven, dismissed or " +
    "deleted. Oldest first; on a terminal the last 50, cut to its width; piped or with --json all of them, whole.",
  arguments: [IDS_ARGUMENT],
  options: [
    ...DEAD_SELECTOR_OPTIONS,
    { name: "limit", short: "l", type: "integer", value: "N", min: 1, help: "Only the last N" },
  ],
  examples: [
    { command: "gigq dead", help: "What nobody has dealt with yet" },
    { command: "gigq dead --error E3 --json | jq .payload", help: "What it was about" },
  ],
  run: async (input, io) => (await import("../actions/dead.ts")).listDead(input, io),
};

const redrive: CommandSpec = {
  name: "redrive",
  summary: "Run dead letters once more",
  description: "Does what gigq requeue does, with dead letters only. Prints one line a job that changed.",
  arguments: [IDS_ARGUMENT],
  options: [...REQUEUE_OPTIONS, ...DEAD_SELECTOR_OPTIONS, ALL_OPTION],
  examples: [
    { command: "gigq dead redrive 12", help: "One of them" },
    { command: "gigq dead redrive --all --canary 5", help: "All of them, five first" },
  ],
  run: async (input, io) => (await import("../actions/change.ts")).redriveJobs(input, io),
};

const dismiss: CommandSpec = {
  name: "dismiss",
  summary: "Take jobs off the dead letters",
  description: "They stay failed, with all that is known about them. Prints one line a job that changed.",
  arguments: [IDS_ARGUMENT],
  options: [...DEAD_SELECTOR_OPTIONS, ALL_OPTION],
  examples: [{ command: "gigq dead dismiss --error E3", help: "Nothing can be done about these" }],
  run: async (input, io) => (await import("../actions/change.ts")).dismissJobs(input, io),
};

const dead: GroupSpec = {
  name: "dead",
  summary: "List, redrive and dismiss dead letters",
  fallback: "list",
  suggest: (word) => /^\d/.test(word) ? `Write gigq dead list ${word}` : undefined,
  commands: [list, redrive, dismiss].map((spec) => ({
    name: spec.name,
    summary: spec.summary,
    load: () => Promise.resolve(spec),
  })),
};

export default dead;
