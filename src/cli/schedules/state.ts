/** How a schedule stands, in a word. */

import type { ScheduleOverview } from "../../library/schedules/types.ts";
import type { Style } from "../../output/color.ts";

/** `waiting`: for its next time · `over`: there is none. */
export type StateWord = "paused" | "running" | "queued" | "waiting" | "over";

/** The word that tells most. */
export function stateOf({ schedule: { state }, running, queued }: ScheduleOverview): StateWord {
  if (state.paused !== null) return "paused";
  if (running > 0) return "running";
  if (queued > 0) return "queued";
  return state.nextAt === null ? "over" : "waiting";
}

/** With how many run and wait: `paused, 1 running`, `running, 3 queued`. */
export function stateText(overview: ScheduleOverview): string {
  const word = stateOf(overview);
  const { running, queued } = overview;
  const counts = [
    ...running > (word === "running" ? 1 : 0) ? [`${running} running`] : [],
    ...queued > 0 ? [`${queued} queued`] : [],
  ];
  const [first] = counts;
  const replaces = first !== undefined && (word === "queued" || (word === "running" && running > 1));
  return (replaces ? counts : [word, ...counts]).join(", ");
}

const STYLES: Readonly<Record<StateWord, Style | undefined>> = {
  paused: "yellow",
  running: "cyan",
  queued: "yellow",
  waiting: undefined,
  over: "dim",
};

export function stateStyle(overview: ScheduleOverview): Style | undefined {
  return STYLES[stateOf(overview)];
}

/** How many of the latest runs completed: `95% of 20`; empty before the first. */
export function successText(recent: readonly string[]): string {
  if (recent.length === 0) return "";
  const completed = recent.filter((end) => end === "completed").length;
  return `${Math.floor(100 * completed / recent.length)}% of ${recent.length}`;
}
