/** `gigq queue` */

import type { ArgumentSpec, CommandSpec, GroupSpec } from "../command.ts";

const NAME: ArgumentSpec = { name: "QUEUE", help: "Name of the queue", complete: "queue" };

const list: CommandSpec = {
  name: "list",
  summary: "List the queues",
  examples: [{ command: "gigq queue list", help: "Which queues there are, and whether they are paused" }],
  run: async (input, io) => (await import("../actions/stats.ts")).listQueues(input, io),
};

const pause: CommandSpec = {
  name: "pause",
  summary: "Stop handing out the jobs of a queue",
  description: "Jobs that run go on to their end. Jobs can still be submitted; they wait.",
  arguments: [NAME],
  examples: [{ command: "gigq queue pause images", help: "Let no more of these begin" }],
  run: async (input, io) => (await import("../actions/pause.ts")).pauseQueue(input, io, true),
};

const resume: CommandSpec = {
  name: "resume",
  summary: "Hand out the jobs of a paused queue again",
  arguments: [NAME],
  examples: [{ command: "gigq queue resume images", help: "Go on" }],
  run: async (input, io) => (await import("../actions/pause.ts")).pauseQueue(input, io, false),
};

const queue: GroupSpec = {
  name: "queue",
  summary: "List, pause and resume queues",
  commands: [list, pause, resume].map((spec) => ({
    name: spec.name,
    summary: spec.summary,
    load: () => Promise.resolve(spec),
  })),
};

export default queue;
