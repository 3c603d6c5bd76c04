/** The options of `gigq schedule add` and `edit`. */

import { CATCH_UPS, OVERLAPS } from "../../core/schedule.ts";
import type { OptionSpec } from "../command.ts";
import { HTTP_OPTIONS } from "../http_options.ts";
import {
  COMMAND_OPTIONS,
  MODULE_OPTION,
  PLACE_OPTIONS,
  POLICY_OPTIONS,
  SECRET_OPTION,
  SHELL_OPTION,
  STDIN_OPTION,
} from "../job_options.ts";
import { PARAM_OPTION, PARAMS_OPTION } from "../params.ts";
import { FILTER_OPTIONS, WHEN_OPTIONS } from "./when_options.ts";

/** What becomes of its times. */
const RUN_OPTIONS: readonly OptionSpec[] = [
  { name: "count", type: "integer", value: "N", min: 1, help: "It is over after so many runs" },
  {
    name: "jitter",
    type: "duration",
    value: "DURATION",
    help: "Begin up to so much after each time, by chance, so that not all begin at once",
  },
  {
    name: "overlap",
    type: "string",
    value: "HOW",
    choices: OVERLAPS,
    help:
      "What happens at a time when the run before has not ended; default skip, with --catch-up all queue-all",
  },
  {
    name: "catch-up",
    type: "string",
    value: "HOW",
    choices: CATCH_UPS,
    help: "Which times are made up for after no worker was there; default one, the latest",
  },
  {
    name: "catch-up-window",
    type: "duration",
    value: "DURATION",
    help: "Times longer ago than this are not made up for",
  },
  {
    name: "pause-on-failure",
    type: "integer",
    value: "N",
    min: 1,
    help: "Pause after so many failed runs in a row",
  },
  { name: "description", type: "string", value: "TEXT", help: "What it is for" },
];

/** `--jitter` is the schedule's here; this is that of retries. */
export const RETRY_JITTER = "retry-jitter";

/** What is said of where jobs stand that makes sense for those that come again and again. */
const PLACES: Readonly<Record<string, Partial<OptionSpec>>> = {
  name: { help: "Name of its jobs; default the schedule's" },
  queue: {},
  priority: {},
  tag: {},
  delay: { help: "Start its jobs no sooner than so long after each time" },
  expires: {
    type: "duration",
    value: "DURATION",
    help: "Fail when no worker takes its job within so long, such as 10m",
  },
};

/** How its jobs are run. */
const JOB_OPTIONS: readonly OptionSpec[] = [
  ...PLACE_OPTIONS.filter(({ name }) => name in PLACES).map((option) => ({
    ...option,
    ...PLACES[option.name],
  })),
  ...POLICY_OPTIONS.map((option) => option.name === "jitter" ? { ...option, name: RETRY_JITTER } : option),
  ...COMMAND_OPTIONS,
  SECRET_OPTION,
  STDIN_OPTION,
];

/** What its jobs run, unless that follows `--`. */
const BODY_OPTIONS: readonly OptionSpec[] = [
  SHELL_OPTION,
  MODULE_OPTION,
  ...HTTP_OPTIONS,
  {
    name: "workflow",
    short: "w",
    type: "string",
    value: "FILE",
    complete: "file",
    help: "Run a workflow file: YAML, JSON or TypeScript",
  },
  { ...PARAM_OPTION, help: "A parameter of the module or workflow; may be repeated" },
  PARAMS_OPTION,
];

export const DRY_RUN_OPTION: OptionSpec = {
  name: "dry-run",
  type: "flag",
  help: "Only tell what would be done",
};

/** All of `add`. */
export const ADD_OPTIONS: readonly OptionSpec[] = [
  ...WHEN_OPTIONS,
  ...FILTER_OPTIONS,
  ...RUN_OPTIONS,
  ...BODY_OPTIONS,
  ...JOB_OPTIONS,
  DRY_RUN_OPTION,
];
