/** A stored schedule as a file has it. */

import { fileURLToPath } from "node:url";
import { writeDuration } from "../../core/duration.ts";
import { UsageError } from "../../core/errors.ts";
import type { JsonObject } from "../../core/json.ts";
import type {
  Calendar,
  Schedule,
  ScheduleDefinition,
  ScheduleTarget,
  TimeRule,
} from "../../core/schedule.ts";
import { defaultOverlap } from "../../core/schedule/definition.ts";
import { equal } from "./differences.ts";
import type { JobDefaults } from "../policy.ts";
import type { ReadSchedulesOptions } from "./read_file.ts";
import { jobTable } from "./write_job.ts";
import { workflowTable } from "./write_workflow.ts";
import { readScheduledWorkflow } from "./workflow_file.ts";
import { toTarget } from "./target.ts";

/** What a key of a file is given. */
type Entry = readonly [key: string, value: unknown];

/**
 * The text of a file of schedules with these schedules in it. Reading it gives equal definitions; where `every` counts
 * from is kept when it is applied over the schedule it came from.
 *
 * A workflow that came from a file which still says the same is named; any other is written out.
 *
 * @param options `defaults`: what holds for who reads it, `queue.defaults` of the queue it is meant for
 * @throws {UsageError} For a workflow that only a script can say: with functions, or parents under other names
 *
 * @example
 * ```ts
 * import { command, JobQueue } from "@gigq/gigq";
 * import { toYaml } from "@gigq/gigq/load";
 *
 * await using queue = await JobQueue.open(":memory:");
 * const schedule = await queue.schedules.add("tidy", command(["./tidy"]), { cron: "@daily", tz: "UTC" });
 * console.log(await toYaml([schedule]));
 * // schedules:
 * //   tidy:
 * //     cron: "@daily"
 * //     tz: UTC
 * //     run:
 * //       - ./tidy
 * ```
 */
export async function toYaml(
  schedules: readonly Schedule[],
  { defaults = {} }: ReadSchedulesOptions = {},
): Promise<string> {
  const tables = await Promise.all(
    schedules.map(async (schedule) => [schedule.name, await tableOf(schedule, defaults)]),
  );
  const { stringify } = await import("yaml");
  return stringify({ schedules: Object.fromEntries(tables) }, {
    lineWidth: 100,
    aliasDuplicateObjects: false,
  });
}

async function tableOf(
  { name, definition, state }: Schedule,
  defaults: JobDefaults,
): Promise<Readonly<Record<string, unknown>>> {
  return Object.fromEntries([
    ...whenEntries(definition.when),
    ...optionEntries(definition),
    ...state.paused === null ? [] : [["paused", true] as const],
    ...await targetEntries(name, definition.target, defaults),
  ]);
}

function whenEntries(when: TimeRule): readonly Entry[] {
  const { cron, on, everyMs, zone, between, except, only, from, until } = when;
  return [
    ...listed("cron", cron),
    ...listed("on", on),
    ...everyMs === null ? [] : [["every", writeDuration(everyMs)] as const],
    ["tz", zone],
    ...listed("between", between),
    ...listed("except", except.map(inline)),
    ...listed("only", only.map(inline)),
    ...from === null ? [] : [["from", moment(from, zone)] as const],
    ...until === null ? [] : [["until", moment(until, zone)] as const],
  ];
}

/** One thing stands alone, more as a list. */
function listed(key: string, items: readonly unknown[]): readonly Entry[] {
  return items.length === 0 ? [] : [[key, items.length === 1 ? items[0] : items]];
}

/** Its lines end as those of the file do; reading it makes no difference of that. */
function inline({ name, text }: Calendar): JsonObject {
  return { name, text: text.replaceAll("\r\n", "\n") };
}

function moment(at: number, zone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(zone)
    .toString({ timeZoneName: "never" });
}

function optionEntries(definition: ScheduleDefinition): readonly Entry[] {
  const { count, jitterMs, overlap, catchUp, catchUpWindowMs, pauseOnFailure, description } = definition;
  const entries: readonly (Entry | null)[] = [
    description === null ? null : ["description", description],
    count === null ? null : ["count", count],
    jitterMs === 0 ? null : ["jitter", writeDuration(jitterMs)],
    overlap === defaultOverlap(catchUp) ? null : ["overlap", overlap],
    catchUp === "one" ? null : ["catch-up", catchUp],
    catchUpWindowMs === null ? null : ["catch-up-window", writeDuration(catchUpWindowMs)],
    pauseOnFailure === null ? null : ["pause-on-failure", pauseOnFailure],
  ];
  return entries.filter((entry) => entry !== null);
}

async function targetEntries(
  name: string,
  target: ScheduleTarget,
  defaults: JobDefaults,
): Promise<readonly Entry[]> {
  if (target.type === "job") return Object.entries(jobTable(target.job, "schedule", defaults));
  const { params, source } = target;
  const given: readonly Entry[] = Object.keys(params).length === 0 ? [] : [["params", params]];
  const path = source === null ? null : await sameFile(target, source, defaults);
  if (path !== null) return [["workflow", path], ...given];
  const spec = workflowTable(target.spec, defaults);
  if (typeof spec === "string") {
    throw new UsageError(`The workflow of schedule "${name}" cannot be written to a file: ${spec}`, {
      hint: "Change it with the options of gigq schedule edit, or in the script it came from",
    });
  }
  return [["workflow", spec], ...given, ...source === null ? [] : [["source", source] as const]];
}

/** The path of the file that a workflow came from, as long as reading it gives the same again. */
async function sameFile(
  target: ScheduleTarget & { readonly type: "workflow" },
  source: string,
  defaults: JobDefaults,
): Promise<string | null> {
  if (!source.startsWith("file:")) return null;
  try {
    const path = fileURLToPath(source);
    const again = toTarget(await readScheduledWorkflow(path, target.params, { defaults }), {}, {});
    return equal(again, target) ? path : null;
  } catch {
    // Gone, broken by now, or not ours to read.
    return null;
  }
}
