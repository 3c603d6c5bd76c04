/** `gigq errors`: why jobs fail. */

import type { ArgumentSpec, CommandSpec, GroupSpec } from "../command.ts";

const CAUSES: ArgumentSpec = {
  name: "CAUSE",
  help: "Causes as gigq errors shows them, such as E3 or E3,E5",
  variadic: true,
  complete: "cause",
};

const list: CommandSpec = {
  name: "list",
  summary: "List the causes of failures",
  description:
    "Failures that differ only in numbers, addresses and the like have one cause, which is a row: how many attempts " +
    "failed of it, how many jobs stand failed because of it now, when it was seen first and last, and the job that " +
    "failed of it last. The one seen last comes first. Muted causes are left out.",
  options: [
    { name: "since", type: "duration", value: "DURATION", help: "Only what was seen in so long, such as 1d" },
    { name: "all", short: "a", type: "flag", help: "Muted ones, too" },
    {
      name: "queue",
      short: "q",
      type: "string",
      value: "QUEUE",
      multiple: true,
      complete: "queue",
      help: "Only causes of which jobs of this queue failed last; may be repeated",
    },
    {
      name: "kind",
      short: "k",
      type: "string",
      value: "KIND",
      multiple: true,
      help: "The same for jobs of this kind: command, module, function, http",
    },
    { name: "limit", short: "l", type: "integer", value: "N", min: 1, help: "Only the N seen last" },
  ],
  examples: [
    { command: "gigq errors", help: "Why jobs fail" },
    { command: "gigq errors --since 1d --queue images", help: "Of one queue, since yesterday" },
    { command: "gigq errors --json | jq -r 'select(.failed > 0).id'", help: "For other programs" },
  ],
  run: async (input, io) => (await import("../actions/errors.ts")).listCauses(input, io),
};

const show: CommandSpec = {
  name: "show",
  summary: "Show everything about a cause of failures",
  description:
    "The whole message, the stack and the end of what the latest attempt wrote to stderr, what was made of the " +
    "failure, and the jobs that stand failed because of it.",
  arguments: [{ name: "CAUSE", help: "The cause, such as E3", complete: "cause" }],
  examples: [{ command: "gigq errors show E3", help: "What happened, and what can be done" }],
  run: async (input, io) => (await import("../actions/errors_show.ts")).showCause(input, io),
};

const mute: CommandSpec = {
  name: "mute",
  summary: "Leave causes out of gigq errors",
  description: "Their jobs fail as before, and are counted. Without --for until it is taken back.",
  arguments: [CAUSES],
  options: [{ name: "for", type: "duration", value: "DURATION", help: "Only for so long, such as 7d" }],
  examples: [{ command: "gigq errors mute E3 --for 7d", help: "Known, and mended next week" }],
  run: async (input, io) => (await import("../actions/errors.ts")).muteCauses(input, io),
};

const unmute: CommandSpec = {
  name: "unmute",
  summary: "Show muted causes again",
  arguments: [CAUSES],
  examples: [{ command: "gigq errors unmute E3", help: "Hear of it again" }],
  run: async (input, io) => (await import("../actions/errors.ts")).unmuteCauses(input, io),
};

const errors: GroupSpec = {
  name: "errors",
  summary: "List, show and mute the causes of failures",
  fallback: "list",
  suggest: (word) => /^E\d+$/i.test(word) ? `Write gigq errors show ${word}` : undefined,
  commands: [list, show, mute, unmute].map((spec) => ({
    name: spec.name,
    summary: spec.summary,
    load: () => Promise.resolve(spec),
  })),
};

export default errors;
