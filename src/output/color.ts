/** Colour, where it is wanted. */

import type { Status } from "../core/job.ts";

const CODES = { red: 31, green: 32, yellow: 33, blue: 34, cyan: 36, bold: 1, dim: 2 } as const;

/** A colour or weight of text. */
export type Style = keyof typeof CODES;

const STATUS_STYLES: Readonly<Record<Status, Style>> = {
  blocked: "dim",
  scheduled: "yellow",
  ready: "yellow",
  running: "cyan",
  completed: "green",
  failed: "red",
  cancelled: "dim",
  skipped: "dim",
};

/** Wraps text in the codes of a style; `on` is usually `io.color`. */
export function paint(text: string, style: Style | undefined, on: boolean): string {
  return on && style !== undefined && text !== "" ? `\x1b[${CODES[style]}m${text}\x1b[0m` : text;
}

/** The style in which a status is shown everywhere. */
export function statusStyle(status: Status): Style {
  return STATUS_STYLES[status];
}
