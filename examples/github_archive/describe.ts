/** The report for people. */

import type { Report } from "./report.ts";

const LIST = new Intl.ListFormat("en");

/** A page of text. */
export function describe(date: string, hours: readonly number[], report: Report): string {
  const counted = hours.filter((hour) => !report.missing.some((gap) => gap.hour === hour));
  const figures: readonly (readonly [string, number])[] = [
    ["events", report.events],
    ["repositories", report.repos],
    ["people", report.actors],
    ["commits", report.commits],
    ["bad lines", report.badLines],
  ];
  return [
    `GitHub on ${date}, ${counted.length === 1 ? "hour" : "hours"} ${LIST.format(counted.map(String))} (UTC)`,
    "",
    rows(figures),
    "",
    "Events by type",
    rows(Object.entries(report.types)),
    "",
    "Busiest repositories",
    rows(report.topRepos),
    "",
    "Busiest people",
    rows(report.topActors),
    "",
    "Most starred",
    rows(report.topStars),
    ...report.missing.map(({ hour, reason }) => `\nHour ${hour} is missing: ${reason}`),
  ].join("\n");
}

function rows(pairs: readonly (readonly [string, number])[]): string {
  const width = Math.max(0, ...pairs.map(([, count]) => count.toLocaleString("en").length));
  return pairs.map(([name, count]) => `  ${count.toLocaleString("en").padStart(width)}  ${printable(name)}`)
    .join("\n");
}

/** Names come from the archive: nothing in them may steer the terminal. */
function printable(name: string): string {
  return name.replace(/[\p{Cc}\p{Cf}]/gu, "\u{fffd}");
}
