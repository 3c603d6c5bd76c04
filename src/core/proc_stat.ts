/** Reads the one line of `/proc/PID/stat`. Pure: the text comes from the caller. */

/** What we want to know about a process. */
export interface ProcStat {
  /** One letter, such as `R`, `S`, `T` (stopped), `Z` (dead, not yet reaped). */
  readonly state: string;
  readonly group: number;
  /** When the process started, in clock ticks since boot. */
  readonly start: string;
}

/** `null` for a text that is not such a line. */
export function parseProcStat(text: string): ProcStat | null {
  // The second field is the program's name in parentheses; it may contain spaces and parentheses itself.
  const fields = text.slice(text.lastIndexOf(")") + 2).trim().split(" ");
  const [state, , group] = fields;
  const start = fields[19];
  if (!text.includes(")") || state === undefined || group === undefined || start === undefined) return null;
  return { state, group: Number(group), start };
}
