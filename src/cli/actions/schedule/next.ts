/** What `gigq schedule next` does. */

import { describeRule, timetable } from "../../../calendar/timetable.ts";
import { systemZone } from "../../../calendar/zone_name.ts";
import { UsageError } from "../../../core/errors.ts";
import type { JsonObject } from "../../../core/json.ts";
import type { JobQueue } from "../../../library/queue.ts";
import { toRule } from "../../../library/schedules/when.ts";
import type { ScheduleOverview } from "../../../library/schedules/types.ts";
import { escapeLine } from "../../../output/escape.ts";
import { jsonLines } from "../../../output/json_lines.ts";
import { type Cell, type Column, renderTable } from "../../../output/table.ts";
import { isoTime, relativeTime } from "../../../output/time.ts";
import type { Input } from "../../command.ts";
import type { Io } from "../../io.ts";
import { openExisting } from "../../open_queue.ts";
import { type Coming, comingOf, inOrder, type Upcoming } from "../../schedules/coming.ts";
import { overviewsOf } from "../../schedules/find.ts";
import { momentOption, tellMoments } from "../../schedules/moment_option.ts";
import { commonZone, saysWhen, whenOptions, zoneOption } from "../../schedules/read_when.ts";
import { rfcTime, slotTime } from "../../schedules/slot_text.ts";

const LIMIT = 10;

/** Prints the times that come next. */
export async function nextTimes(input: Input, io: Io): Promise<number> {
  const limit = input.number("limit") ?? LIMIT;
  const verbose = input.flag("left-out");
  refuseMixture(input);
  const { upcoming, after } = saysWhen(input)
    ? await tried(input, limit, io)
    : await stored(input, limit, io);
  const coming = (await Promise.all(upcoming.map((one) => comingOf(one, after, { verbose, limit })))).flat();
  const shown = firstOf(inOrder(coming), limit);
  await io.out(io.json ? jsonLines(shown.map(comingShape)) : comingTable(shown, upcoming.length > 1, io));
  if (shown.length === 0) {
    io.err(upcoming.length === 0 ? "There are no schedules\n" : "There is no such time\n");
  }
  return 0;
}

interface Answer {
  readonly upcoming: readonly Upcoming[];
  readonly after: number;
}

/** A rule that is only tried out: there is no queue. */
async function tried(input: Input, limit: number, io: Io): Promise<Answer> {
  const zone = zoneOption(input);
  const rule = await toRule(await whenOptions(input, io, zone), null, io.now());
  const after = await afterOption(input, zone, io);
  const slots = (await timetable.times(rule)).within(after, Infinity, limit);
  io.err(`${(await describeRule(rule)).map(escapeLine).join("; ")}\n`);
  return { upcoming: [{ name: null, rule, slots }], after };
}

async function stored(input: Input, limit: number, io: Io): Promise<Answer> {
  await using queue = await openExisting(io);
  const named = input.args.length > 0;
  const overviews = named
    ? await overviewsOf(input.args, queue)
    : (await queue.schedules.list()).filter(({ schedule }) => schedule.state.paused === null);
  const zone = commonZone(overviews.map(({ schedule }) => schedule.definition.when.zone)) ?? systemZone();
  const after = await afterOption(input, zone, io);
  for (const { schedule: { name, state } } of overviews) {
    if (state.paused !== null) {
      io.err(`${escapeLine(name)} is paused: nothing is started until it is resumed\n`);
    }
  }
  return {
    upcoming: await Promise.all(overviews.map((one) => upcomingOf(one, queue, { limit, after }))),
    after,
  };
}

async function afterOption(input: Input, zone: string, io: Io): Promise<number> {
  const now = io.now();
  const after = await momentOption(input, "after", { zone, now, edge: "last" });
  tellMoments({ After: after }, io);
  return after?.at ?? now;
}

async function upcomingOf(
  { schedule: { name, definition } }: ScheduleOverview,
  queue: JobQueue,
  options: { readonly limit: number; readonly after: number },
): Promise<Upcoming> {
  return { name, rule: definition.when, slots: await queue.schedules.next(name, options) };
}

function refuseMixture(input: Input): void {
  const filter = ["tz", "from", "until"].find((name) => input.string(name) !== undefined) ??
    ["between", "except", "only"].find((name) => input.strings(name).length > 0);
  if (saysWhen(input)) {
    if (input.args.length === 0) return;
    throw new UsageError("Give either names or --cron, --on and --every, not both", {
      hint: "With a pattern or a phrase no schedule is looked at",
    });
  }
  if (filter === undefined) return;
  throw new UsageError(`--${filter} goes with --cron, --on or --every`, {
    hint: "A schedule has its own: gigq schedule show NAME tells",
  });
}

/** As many slots as were asked for, and what is left out before the last of them. */
function firstOf(coming: readonly Coming[], limit: number): readonly Coming[] {
  const slots = coming.filter(({ leftOut }) => leftOut === null);
  const last = slots[limit - 1]?.at;
  if (last === undefined) return coming;
  let kept = 0;
  return coming.filter(({ at, leftOut }) => at <= last && (leftOut !== null || kept++ < limit));
}

function comingShape({ name, at, zone, shift, leftOut }: Coming): JsonObject {
  return {
    name,
    at: isoTime(at),
    local: rfcTime(at, zone),
    zone,
    shift,
    leftOut,
  };
}

function comingTable(
  coming: readonly Coming[],
  several: boolean,
  io: Pick<Io, "columns" | "color" | "now">,
): string {
  const now = io.now();
  const told = coming.some(({ shift, leftOut }) => shift !== null || leftOut !== null);
  const columns: readonly Column[] = [
    { title: "TIME" },
    { title: "IN" },
    ...several ? [{ title: "NAME", min: 8 }] : [],
    ...told ? [{ title: "NOTE", min: 12 }] : [],
  ];
  const rows = coming.map(({ name, at, zone, shift, leftOut }): Cell[] => {
    const style = leftOut === null ? undefined : "dim" as const;
    const note = leftOut === null ? shift ?? "" : `left out: ${leftOut}`;
    return [
      { text: slotTime(at, zone), style },
      { text: relativeTime(at, now), style },
      ...several ? [{ text: name ?? "", style }] : [],
      ...told ? [{ text: note, style }] : [],
    ];
  });
  return renderTable(columns, rows, { width: io.columns, color: io.color });
}
