/** What `gigq schedule apply` and `edit` change, as a diff. */

import { writeDuration } from "../../core/duration.ts";
import { formatRule } from "../../core/error_rules.ts";
import type { ErrorRule } from "../../core/failure.ts";
import type { Policy } from "../../core/job.ts";
import type { Json } from "../../core/json.ts";
import type { Difference, ScheduleChange } from "../../library/schedules/types.ts";
import { paint, type Style } from "../../output/color.ts";
import { escapeLine } from "../../output/escape.ts";
import { cutText } from "../../output/width.ts";
import { isoTime } from "../../output/time.ts";
import type { Io } from "../io.ts";
import { matchesText } from "../policy_text.ts";
import { differenceName } from "./difference_name.ts";

const SIGNS: Readonly<Record<ScheduleChange["change"], readonly [string, Style | undefined]>> = {
  added: ["+", "green"],
  changed: ["~", "yellow"],
  removed: ["-", "red"],
  unchanged: ["=", undefined],
};

/** Values longer than this are cut on a terminal. */
const LEAST_VALUE = 12;

/** `+ name`, `~ name` with what differs, `- name`, and how many are unchanged. */
export function changesText(
  changes: readonly ScheduleChange[],
  io: Pick<Io, "columns" | "color">,
): string {
  const lines = changes.filter(({ change }) => change !== "unchanged").flatMap((change) => [
    headLine(change, io),
    ...shown(change.differences).map((difference) => `  ${differenceText(difference, io.columns)}\n`),
  ]);
  const unchanged = changes.length - changes.filter(({ change }) => change !== "unchanged").length;
  return lines.join("") + (unchanged === 0 ? "" : `= ${unchanged} unchanged\n`);
}

/** An interval that is another one counts anew: that says nothing more. */
function shown(differences: readonly Difference[]): readonly Difference[] {
  const every = differences.some(({ path }) => path === "when.everyMs");
  return every ? differences.filter(({ path }) => path !== "when.anchor") : differences;
}

function headLine({ name, change }: ScheduleChange, { color }: Pick<Io, "color">): string {
  const [sign, style] = SIGNS[change];
  return `${paint(`${sign} ${escapeLine(name)}`, style, color)}\n`;
}

/** `cron: "0 2 * * *" → "0 3 * * *"`; on a terminal both values are cut to fit. */
function differenceText({ path, before, after }: Difference, columns: number | null): string {
  const name = differenceName(path);
  // Events are too long to be read side by side.
  if (/^(except|only)\[\d+\]\.text$/.test(name)) return `${name.replace(".text", "")}: its events differ`;
  const [left, right] = [before, after].map((value) => escapeLine(valueText(path, value)));
  const text = `${escapeLine(name)}: ${left} → ${right}`;
  if (columns === null || text.length + 2 <= columns) return text;
  const room = Math.max(LEAST_VALUE, Math.floor((columns - name.length - 7) / 2));
  return `${escapeLine(name)}: ${cutText(left!, room)} → ${cutText(right!, room)}`;
}

/** Times and durations as people read them, all else as JSON; a list of one as its only item. */
function valueText(path: string, value: Json): string {
  if (value === null || (path === "jitterMs" && value === 0)) return "none";
  const key = path.split(".").at(-1)!;
  if (typeof value === "number") {
    if (["from", "until", "anchor"].includes(key)) return isoTime(value)!;
    // Files count those after the first.
    if (key === "maxAttempts") return String(value - 1);
    if (key.endsWith("Ms") || ["runAt", "expiresAt"].includes(key)) return writeDuration(value);
  }
  const calendars = key === "except" || key === "only";
  if (Array.isArray(value)) {
    if (value.length === 0) return "none";
    if (key === "retryOn" || key === "noRetryOn") return matchesText(value as unknown as Policy["retryOn"])!;
    if (/(etryOn|rules)\[\d+\]\.(match\.)?exit$/.test(path)) return [...new Set(value)].join("-");
    if (key === "rules") return (value as unknown as readonly ErrorRule[]).map(formatRule).join("; ");
    if (calendars) return value.map((item) => String((item as { name?: Json }).name)).join(", ");
    return value.length === 1 ? JSON.stringify(value[0]) : JSON.stringify(value);
  }
  return JSON.stringify(value);
}
