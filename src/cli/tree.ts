/** The command tree: enough for overviews. Each command loads when it is asked for. */

import type { CommandSpec, Entry } from "./command.ts";

export const COMMANDS: readonly Entry[] = [
  {
    name: "submit",
    summary: "Enqueue one job and print its id",
    load: () => import("./commands/submit.ts").then((m) => m.default),
  },
  {
    name: "map",
    summary: "Run a command for every line of stdin, in parallel, durably",
    load: () => import("./commands/map.ts").then((m) => m.default),
  },
  {
    name: "batch",
    summary: "Enqueue one job for every line of stdin",
    load: () => import("./commands/batch.ts").then((m) => m.default),
  },
  {
    name: "worker",
    summary: "Run jobs",
    load: () => import("./commands/worker.ts").then((m) => m.default),
  },
  {
    name: "run",
    summary: "Submit a workflow and work it to its end",
    load: () => import("./commands/run.ts").then((m) => m.default),
  },
  {
    name: "workflow",
    summary: "Submit, check, draw, list and retry workflows",
    load: () => import("./commands/workflow.ts").then((m) => m.default),
  },
  {
    name: "list",
    summary: "List jobs",
    load: () => import("./commands/list.ts").then((m) => m.default),
  },
  {
    name: "status",
    summary: "Show one job in full",
    load: () => import("./commands/status.ts").then((m) => m.default),
  },
  {
    name: "result",
    summary: "Print the result of a job",
    load: () => import("./commands/result.ts").then((m) => m.default),
  },
  {
    name: "logs",
    summary: "Print the output of a job",
    load: () => import("./commands/logs.ts").then((m) => m.default),
  },
  {
    name: "stats",
    summary: "Count jobs by status and queue",
    load: () => import("./commands/stats.ts").then((m) => m.default),
  },
  {
    name: "wait",
    summary: "Wait until jobs have ended",
    load: () => import("./commands/wait.ts").then((m) => m.default),
  },
  {
    name: "cancel",
    summary: "Cancel jobs",
    load: () => import("./commands/cancel.ts").then((m) => m.default),
  },
  {
    name: "requeue",
    summary: "Run jobs that have ended once more",
    load: () => import("./commands/requeue.ts").then((m) => m.default),
  },
  {
    name: "clear",
    summary: "Delete jobs that have ended",
    load: () => import("./commands/clear.ts").then((m) => m.default),
  },
  {
    name: "queue",
    summary: "List, pause and resume queues",
    load: () => import("./commands/queue.ts").then((m) => m.default),
  },
  {
    name: "completions",
    summary: "Print a completion script for a shell",
    load: () => import("./commands/completions.ts").then((m) => m.default),
  },
  {
    name: "help",
    summary: "Show help for a command",
    load: () => import("./commands/help.ts").then((m): CommandSpec => m.default),
  },
  {
    name: "complete",
    summary: "Complete a command line, for the scripts of completions",
    hidden: true,
    load: () => import("./commands/complete.ts").then((m) => m.default),
  },
];
