/** What the schedules run. */

import type { JobContext } from "../../mod.ts";

export function report({ day }: { day: string }): string {
  return `report of ${day}`;
}

export function tidy(_: null, { scheduledAt }: JobContext): string {
  return `tidied at ${new Date(scheduledAt!).toISOString().slice(11, 16)}`;
}

export function snapshot(): string {
  return "taken";
}
