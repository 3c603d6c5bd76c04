/** From the options of `gigq schedule add` and `edit` to what the library takes. */

import { defined } from "../../core/defined.ts";
import { writeDuration } from "../../core/duration.ts";
import { UsageError } from "../../core/errors.ts";
import type { CatchUp, Overlap } from "../../core/schedule.ts";
import type { JobOptions } from "../../library/job_input.ts";
import type { ScheduleOptions } from "../../library/schedules/options.ts";
import type { TargetInput } from "../../library/schedules/types.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";
import { countBodies, jobOf } from "../job_body.ts";
import { labelOptions, policyOptions, secretOptions } from "../job_options.ts";
import { RETRY_JITTER } from "./add_options.ts";
import { whenOptions } from "./read_when.ts";
import { workflowOf } from "./workflow_target.ts";

const HINT = "Write -- COMMAND at the end, or use --shell, --module, --http or --workflow";

/** Everything but what it runs. What was not typed is absent. */
export async function scheduleOptions(input: Input, io: Io, zone: string): Promise<ScheduleOptions> {
  return defined({
    ...await whenOptions(input, io, zone),
    count: input.number("count"),
    jitter: input.duration("jitter"),
    overlap: input.string("overlap") as Overlap | undefined,
    catchUp: input.string("catch-up") as CatchUp | undefined,
    catchUpWindow: input.duration("catch-up-window"),
    pauseOnFailure: input.number("pause-on-failure"),
    description: input.string("description"),
  });
}

/** Options of its jobs. What was not typed is absent. */
export function jobOptionsOf(input: Input): NonNullable<ScheduleOptions["job"]> {
  const tags = input.strings("tag");
  const expires = input.duration("expires");
  return defined<JobOptions>({
    ...policyOptions(input, RETRY_JITTER),
    ...secretOptions(input),
    ...labelOptions(input),
    tags: tags.length === 0 ? undefined : tags,
    delay: input.duration("delay"),
    expires: expires === undefined ? undefined : writeDuration(expires),
  });
}

/** Whether the options say what it runs. */
export function saysWhat(input: Input): boolean {
  return countBodies(input) > 0 || input.string("workflow") !== undefined;
}

/**
 * What it runs.
 *
 * @throws {UsageError} For nothing, or several things
 */
export async function targetOf(input: Input, io: Io): Promise<TargetInput> {
  const path = input.string("workflow");
  if (countBodies(input) + (path === undefined ? 0 : 1) > 1) {
    throw new UsageError("Give only one of -- COMMAND, --shell, --module, --http and --workflow");
  }
  if (path === undefined) return await jobOf(input, io, { nothing: "There is nothing to run", hint: HINT });
  refuseJobOptions(input);
  return await workflowOf(path, input, io);
}

/** Options that only a job has: those of a workflow's steps stand in its file. */
function refuseJobOptions(input: Input): void {
  if (Object.keys(jobOptionsOf(input)).length === 0 && bodySettings(input, ["param"]) === undefined) return;
  throw new UsageError("Options of a job do not go with --workflow", {
    hint: "Write them in the file, at the steps; parameters are given with -p",
  });
}

/** The first option that was given of those that belong to what it runs: `cwd`, `header`, `param`; others than `but`. */
export function bodySettings(input: Input, but: readonly string[] = []): string | undefined {
  return ["cwd", "stdin", "params", "method", "body", "accept"].find((name) =>
    input.string(name) !== undefined
  ) ??
    ["env", "header", "param"].find((name) => !but.includes(name) && input.strings(name).length > 0);
}
