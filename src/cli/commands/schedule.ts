/** `gigq schedule`: work that comes again and again. */

import type { CommandSpec, Entry, GroupSpec } from "../command.ts";

/** Words that other programs have for the same. */
const SYNONYMS: Readonly<Record<string, string>> = {
  create: "schedule add",
  new: "schedule add",
  ls: "schedule list",
  status: "schedule show",
  rm: "schedule remove",
  delete: "schedule remove",
  disable: "schedule pause",
  enable: "schedule resume",
  trigger: "schedule run",
  log: "schedule history",
  sync: "schedule apply",
  simulate: "simulate schedules",
};

/** Its history goes by it, and so do the slots that others know. */
const RENAMING: readonly string[] = ["rename", "mv", "move", "copy", "cp"];

function entry(name: string, summary: string, load: () => Promise<{ default: CommandSpec }>): Entry {
  return { name, summary, load: () => load().then((module) => module.default) };
}

const schedule: GroupSpec = {
  name: "schedule",
  summary: "Run jobs and workflows again and again",
  fallback: "list",
  suggest: (word) =>
    RENAMING.includes(word)
      ? "A schedule keeps its name; gigq schedule apply --help shows how to add it under another"
      : Object.hasOwn(SYNONYMS, word)
      ? `Write gigq ${SYNONYMS[word]}`
      : undefined,
  commands: [
    entry("add", "Run something at certain times", () => import("./schedule/add.ts")),
    entry("list", "List schedules", () => import("./schedule/list.ts")),
    entry("show", "Show everything about a schedule", () => import("./schedule/show.ts")),
    entry(
      "next",
      "Tell when schedules are due, or when a new one would be",
      () => import("./schedule/next.ts"),
    ),
    entry("history", "Tell what became of a schedule's times", () => import("./schedule/history.ts")),
    entry("run", "Run what a schedule runs, now", () => import("./schedule/run.ts")),
    entry("pause", "Start nothing any more", () => import("./schedule/pause.ts")),
    entry("resume", "Go on from now", () => import("./schedule/resume.ts")),
    entry("edit", "Change a schedule", () => import("./schedule/edit.ts")),
    entry("remove", "Delete schedules and their history", () => import("./schedule/remove.ts")),
    entry("backfill", "Run times that are past", () => import("./schedule/backfill.ts")),
    entry("apply", "Make the schedules be as a file says", () => import("./schedule/apply.ts")),
    entry("export", "Print schedules as a file", () => import("./schedule/export.ts")),
    entry("tick", "Start what is due, once", () => import("./schedule/tick.ts")),
  ],
};

export default schedule;
