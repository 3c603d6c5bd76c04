/** What becomes of a schedule's times, in words. */

import { writeDuration } from "../../core/duration.ts";
import type { CatchUp, Overlap, ScheduleDefinition } from "../../core/schedule.ts";

const OVERLAP: Readonly<Record<Overlap, string>> = {
  skip: "skip: a time is left out while the run before has not ended",
  "queue-one": "queue-one: one time waits for the run before to end",
  "queue-all": "queue-all: times wait for the run before to end",
  "cancel-previous": "cancel-previous: the run before is cancelled",
  allow: "allow: runs do not wait for each other",
};

const CATCH_UP: Readonly<Record<CatchUp, string>> = {
  none: "none: what is missed stays missed",
  one: "one: of missed times the latest is made up for",
  all: "all: missed times are made up for",
};

export function overlapText(overlap: Overlap): string {
  return OVERLAP[overlap];
}

export function catchUpText({ catchUp, catchUpWindowMs }: ScheduleDefinition): string {
  const window = catchUpWindowMs === null || catchUp === "none"
    ? ""
    : `, within ${writeDuration(catchUpWindowMs)}`;
  return `${CATCH_UP[catchUp]}${window}`;
}
