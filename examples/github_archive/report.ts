/** The day: all hours that could be counted, added up. */

import { type JobContext, PermanentError } from "../../mod.ts";
import { readAggregate } from "./aggregate.ts";
import { addCounts, noCounts, top } from "./counts.ts";
import type { HourResult } from "./hour.ts";

/** What the step is given. */
export interface ReportParams {
  readonly date: string;
  readonly hours: readonly number[];
}

/** A name and how often it was seen. */
type Ranked = readonly (readonly [string, number])[];

/** What is known of the day. */
export type Report = {
  readonly events: number;
  /** Events by type, most frequent first. */
  readonly types: Readonly<Record<string, number>>;
  /** Distinct repositories. */
  readonly repos: number;
  /** Distinct logins. */
  readonly actors: number;
  readonly commits: number;
  readonly topRepos: Ranked;
  readonly topActors: Ranked;
  readonly topStars: Ranked;
  readonly badLines: number;
  /** Hours that are not in the figures, and why. */
  readonly missing: readonly { readonly hour: number; readonly reason: string }[];
};

/** Names in each list of the report. */
const TOP = 10;

/**
 * Adds up the hours.
 *
 * @throws {PermanentError} When not one of them could be counted
 */
export async function report({ date, hours }: ReportParams, ctx: JobContext): Promise<Report> {
  const sum = noCounts();
  const missing: { hour: number; reason: string }[] = [];
  for (const [index, hour] of hours.entries()) {
    const reason = await addHour(hour, sum, ctx);
    if (reason !== null) missing.push({ hour, reason });
    ctx.progress({ hours: index + 1, of: hours.length });
  }
  if (missing.length === hours.length) {
    throw new PermanentError(`No hour of ${date} could be counted: ${missing[0]!.reason}`);
  }
  return {
    events: sum.events,
    types: Object.fromEntries(top(sum.types, Infinity)),
    repos: sum.repos.size,
    actors: sum.actors.size,
    commits: sum.commits,
    topRepos: top(sum.repos, TOP),
    topActors: top(sum.actors, TOP),
    topStars: top(sum.stars, TOP),
    badLines: sum.badLines,
    missing,
  };
}

/** Adds one hour; returns why it cannot be added, or `null`. */
async function addHour(
  hour: number,
  sum: ReturnType<typeof noCounts>,
  ctx: JobContext,
): Promise<string | null> {
  const { status, result, error } = ctx.parent(`hour-${hour}`);
  if (status !== "completed") return error?.message ?? `the step ended as ${status}`;
  const { file } = result as HourResult;
  const counts = await readAggregate(file);
  if (counts === null) return `${file} is gone: retry the workflow's hour ${hour}`;
  addCounts(sum, counts);
  return null;
}
