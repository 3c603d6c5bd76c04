/** What `gigq errors list`, `mute` and `unmute` do. */

import { formatCause, isMuted, parseCause } from "../../core/cause.ts";
import type { Cause } from "../../core/job.ts";
import type { JobQueue } from "../../library/queue.ts";
import { jsonLines } from "../../output/json_lines.ts";
import { type Cell, type Column, renderTable } from "../../output/table.ts";
import { localTime, relativeTime } from "../../output/time.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";
import { openExisting } from "../open_queue.ts";
import { causeShape } from "../shapes.ts";

/** Prints one row a cause, the one seen last first. */
export async function listCauses(input: Input, io: Io): Promise<number> {
  await using queue = await openExisting(io);
  const since = input.duration("since");
  const limit = input.number("limit");
  const now = io.now();
  const seen = await queue.causes({ ...since !== undefined && { since: now - since } });
  const meant = await ofJobs(seen, input, queue);
  const heard = input.flag("all") ? meant : meant.filter((cause) => !isMuted(cause, now));
  const shown = heard.slice(0, limit);
  await io.out(
    io.json ? jsonLines(shown.map((cause) => causeShape(cause, now))) : causeTable(shown, io),
  );
  if (!io.json && io.errIsTerminal) {
    tellRest(shown.length, heard.length, meant.length - heard.length, since !== undefined, io);
  }
  return 0;
}

/** Those that jobs of some queues or kinds failed of last. */
async function ofJobs(causes: readonly Cause[], input: Input, queue: JobQueue): Promise<readonly Cause[]> {
  const queues = input.strings("queue");
  const kinds = input.strings("kind");
  if (queues.length + kinds.length === 0) return causes;
  const filter = { ...queues.length > 0 && { queues }, ...kinds.length > 0 && { kinds } };
  const counts = await Promise.all(causes.map(({ id }) => queue.count({ ...filter, cause: id })));
  return causes.filter((_, index) => counts[index]! > 0);
}

const COLUMNS: readonly Column[] = [
  { title: "ID" },
  { title: "COUNT", align: "right" },
  { title: "FAILED", align: "right" },
  { title: "FIRST" },
  { title: "LAST" },
  { title: "CAUSE", min: 16 },
  { title: "EXAMPLE", align: "right" },
];

/** The table of `gigq errors`. */
function causeTable(causes: readonly Cause[], io: Pick<Io, "columns" | "color" | "now">): string {
  const now = io.now();
  const muted = causes.some((cause) => isMuted(cause, now));
  const rows = causes.map((cause): Cell[] => [
    formatCause(cause.id),
    String(cause.count),
    { text: String(cause.failed), ...cause.failed > 0 && { style: "red" } },
    relativeTime(cause.firstAt, now),
    relativeTime(cause.lastAt, now),
    causeLine(cause),
    String(cause.job),
    ...muted ? [{ text: muteLength(cause, now), style: "dim" } as const] : [],
  ]);
  const columns = muted ? [...COLUMNS, { title: "MUTED" }] : COLUMNS;
  return renderTable(columns, rows, { width: io.columns, color: io.color });
}

/** Class and first line of the message. */
export function causeLine(cause: Pick<Cause, "class" | "message">): string {
  return `${cause.class}: ${cause.message.trimStart().split(/\r?\n/, 1)[0]}`;
}

/** `for ever`, `until 2026-01-31 22:00:05`; empty when it is not muted. */
export function muteText(cause: Pick<Cause, "mutedUntil">, nowMs: number): string {
  if (!isMuted(cause, nowMs)) return "";
  return cause.mutedUntil === Infinity ? "for ever" : `until ${localTime(cause.mutedUntil!)}`;
}

/** `for ever`, `for 6d23h`: short, for the table. */
function muteLength(cause: Cause, nowMs: number): string {
  if (!isMuted(cause, nowMs) || cause.mutedUntil === Infinity) return muteText(cause, nowMs);
  return relativeTime(cause.mutedUntil!, nowMs).replace(/^in/, "for");
}

function tellRest(shown: number, heard: number, muted: number, recent: boolean, io: Io): void {
  if (shown < heard) io.err(`The ${shown} seen last of ${heard}; --limit ${heard} shows all\n`);
  if (muted > 0) {
    io.err(
      `${
        shown === 0 ? "All of them are" : `${muted} more ${muted === 1 ? "is" : "are"}`
      } muted; --all shows ${muted === 1 ? "it" : "them"}\n`,
    );
  } else if (shown === 0) io.err(recent ? "No attempt failed in that time\n" : "No attempt has failed\n");
}

/** Mutes causes, and prints a line each. */
export function muteCauses(input: Input, io: Io): Promise<number> {
  const duration = input.duration("for");
  return eachCause(
    input,
    io,
    (queue, ids) => queue.mute(ids, duration),
    (cause) => `muted ${muteText(cause, io.now())}`,
  );
}

/** Takes that back. */
export function unmuteCauses(input: Input, io: Io): Promise<number> {
  return eachCause(input, io, (queue, ids) => queue.unmute(ids), () => "not muted any more");
}

async function eachCause(
  input: Input,
  io: Io,
  apply: (queue: JobQueue, ids: readonly number[]) => Promise<void>,
  text: (cause: Cause) => string,
): Promise<number> {
  const ids = [...new Set(input.args.flatMap((arg) => arg.split(",")).map(parseCause))];
  await using queue = await openExisting(io);
  await apply(queue, ids);
  const causes = [...await queue.causes({ ids })].sort((a, b) => a.id - b.id);
  await io.out(
    io.json
      ? jsonLines(causes.map((cause) => causeShape(cause, io.now())))
      : causes.map((cause) => `${formatCause(cause.id)} ${text(cause)}\n`).join(""),
  );
  return 0;
}
