/** Values as scripts are given them. */

import type { ScheduleState } from "../../../core/schedule.ts";

/** A time from outside, in whole milliseconds. */
export function ms(time: number): string {
  return String(Math.round(time));
}

/** Text that is the same after a way through UTF-8 and the server's JSON, neither of which has lone surrogates. */
export function wellFormed(text: string): string {
  return text.toWellFormed();
}

/** JSON that the server's own parser reads without an error. */
export function safeJson(value: unknown): string {
  return JSON.stringify(value, (_, inner) => typeof inner === "string" ? inner.toWellFormed() : inner);
}

/** When a schedule is due, for its script; nothing for never. */
export function nextAtOf({ nextAt }: Pick<ScheduleState, "nextAt">): { readonly nextAt?: string } {
  return nextAt === null ? {} : { nextAt: ms(nextAt) };
}
