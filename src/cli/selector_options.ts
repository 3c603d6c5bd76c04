/** The arguments and options that select jobs, as data: what they mean stands in `selectors.ts`. */

import type { Status } from "../core/job.ts";
import { FINAL, PENDING, STATUSES } from "../core/transitions.ts";
import type { ArgumentSpec, OptionSpec } from "./command.ts";

/** Words for several statuses at once. */
export const STATUS_GROUPS: Readonly<Record<string, readonly Status[]>> = {
  pending: PENDING,
  finished: FINAL,
  final: FINAL,
};

/** Every word that `--status` takes. */
export const STATUS_WORDS: readonly string[] = [...STATUSES, ...Object.keys(STATUS_GROUPS)];

export const IDS_ARGUMENT: ArgumentSpec = {
  name: "ID",
  help: "Jobs: 12, 12,15-20, or @last for the one submitted last",
  optional: true,
  variadic: true,
  complete: "job",
};

export const ONE_ID_ARGUMENT: ArgumentSpec = {
  name: "ID",
  help: "The job: its id, or @last for the one submitted last",
  complete: "job",
};

const STATUS_OPTION: OptionSpec = {
  name: "status",
  short: "s",
  type: "string",
  value: "STATUS",
  multiple: true,
  complete: "status",
  help:
    `Jobs in this status: ${STATUSES.join(", ")}, or pending (the first three), finished (the last four); ` +
    "several with commas",
};

const DEAD_OPTION: OptionSpec = {
  name: "dead",
  type: "flag",
  help: "Dead letters: jobs that failed for good and that nobody has dealt with",
};

/** For commands that are about dead letters only. */
export const DEAD_SELECTOR_OPTIONS: readonly OptionSpec[] = [
  {
    name: "name",
    short: "n",
    type: "string",
    value: "PATTERN",
    complete: "name",
    help: "Jobs with this name; * stands for anything",
  },
  {
    name: "queue",
    short: "q",
    type: "string",
    value: "QUEUE",
    multiple: true,
    complete: "queue",
    help: "Jobs of this queue; may be repeated",
  },
  {
    name: "workflow",
    short: "w",
    type: "string",
    value: "RUN",
    complete: "workflow",
    help: "Jobs of this workflow run: its id, or the name for its latest run",
  },
  {
    name: "schedule",
    type: "string",
    value: "NAME",
    complete: "schedule",
    help: "Jobs of this schedule's times, as its history has them",
  },
  { name: "tag", short: "t", type: "string", value: "TAG", help: "Jobs with this tag" },
  {
    name: "error",
    short: "E",
    type: "string",
    value: "CAUSE",
    complete: "cause",
    help: "Jobs that failed last of this cause, such as E3: see gigq errors",
  },
];

export const SELECTOR_OPTIONS: readonly OptionSpec[] = [STATUS_OPTION, ...DEAD_SELECTOR_OPTIONS, DEAD_OPTION];

export const ALL_OPTION: OptionSpec = {
  name: "all",
  short: "a",
  type: "flag",
  help: "Every job that this can apply to",
};
