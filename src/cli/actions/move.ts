/** What `gigq move` does. */

import { UsageError } from "../../core/errors.ts";
import { schemeOf, shownLocation } from "../../core/location.ts";
import { STATUSES } from "../../core/transitions.ts";
import { abortMove, type MoveProgress, moveQueue, type MoveReport } from "../../library/move.ts";
import { JobQueue } from "../../library/queue.ts";
import { refusal } from "../../store/refusal.ts";
import { formatBytes } from "../../output/bytes.ts";
import { escapeLine } from "../../output/escape.ts";
import { jsonLine } from "../../output/json_lines.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";
import { LiveRegion } from "../progress/live_region.ts";
import { moveLine } from "../progress/move_progress.ts";
import { Shutdown } from "../signals.ts";

/** Moves the queue, or gives a move up, and prints what was moved. */
export async function move(input: Input, io: Io): Promise<number> {
  const from = placeOf("from", input.string("from") ?? io.db);
  if (input.flag("abort")) return await abort(from, input, io);
  const to = input.string("to");
  if (to === undefined) {
    throw new UsageError("There is no place to move the queue to", {
      hint: "Name it with --to: a new file, or a URL such as postgres://db.example/jobs",
    });
  }
  await using source = await JobQueue.open(from, { create: false, driver: "builtin" });
  await using target = await openTarget(source, placeOf("to", to));
  return await run(source, target, input, io);
}

/** Makes a file only where something may go into it: from a queue that has moved, nothing goes to a new place. */
async function openTarget(source: JobQueue, to: string): Promise<JobQueue> {
  const state = (await source.store.transfer?.identity())?.state ?? { type: "open" };
  const hasMoved = state.type === "moved";
  try {
    return await JobQueue.open(to, { create: !hasMoved, driver: "builtin" });
  } catch (error) {
    throw hasMoved ? refusal(state, source.location, "use") : error;
  }
}

/** @throws {UsageError} For a queue in memory, which ends with this program */
function placeOf(option: string, place: string): string {
  if (place !== ":memory:" && place !== "") return place;
  throw new UsageError(`--${option} must name a file or a URL, not ${place === "" ? "nothing" : place}`);
}

async function abort(from: string, input: Input, io: Io): Promise<number> {
  for (const name of ["to", "wait", "batch"]) {
    const given = name === "to"
      ? input.string(name)
      : name === "wait"
      ? input.duration(name)
      : input.number(name);
    if (given !== undefined) throw new UsageError(`--${name} has no meaning with --abort`);
  }
  if (input.flag("copy")) {
    throw new UsageError("A copy needs no --abort: the queue was never closed");
  }
  await using queue = await JobQueue.open(from, { create: false, driver: "builtin" });
  const to = await abortMove(queue);
  const place = shownLocation(queue.location);
  if (io.json) await io.out(jsonLine({ from: place, to, aborted: true }));
  io.err(
    `${escapeLine(place)} is open again; ${
      escapeLine(to)
    }, if there is something, is half-filled and of no use\n`,
  );
  return 0;
}

async function run(source: JobQueue, target: JobQueue, input: Input, io: Io): Promise<number> {
  const stop = new AbortController();
  using shutdown = new Shutdown(() => stop.abort());
  const began = performance.now();
  let last: MoveProgress | null = null;
  const region = new LiveRegion(
    io,
    () => last === null ? [] : [moveLine(last, performance.now() - began)],
  );
  try {
    const report = await moveQueue(source, target, {
      copy: input.flag("copy"),
      wait: input.duration("wait") ?? 0,
      ...input.number("batch") !== undefined && { batch: input.number("batch") },
      signal: stop.signal,
      onProgress: (progress) => {
        last = progress;
        region.update();
      },
    });
    region[Symbol.dispose]();
    await io.out(io.json ? jsonLine(toShape(report)) : toText(report));
    io.err(nextText(report));
    return 0;
  } catch (error) {
    region[Symbol.dispose]();
    if (shutdown.exitCode === null || !stop.signal.aborted || error !== stop.signal.reason) throw error;
    io.err("Stopped; the same command goes on from here, gigq move --abort gives the move up\n");
    return shutdown.exitCode;
  } finally {
    region[Symbol.dispose]();
  }
}

function toShape({ proof, ...report }: MoveReport): Record<string, unknown> {
  if (proof === null) return { ...report, already: true };
  return { ...report, already: false, ...proof.figures, checksum: `sha256:${proof.checksum}` };
}

function toText({ from, to, copy, proof }: MoveReport): string {
  const [source, target] = [escapeLine(from), escapeLine(to)];
  if (proof === null) return `${source} has moved to ${target} before\n`;
  const { jobs, statuses, attempts, logBytes, runs, causes, schedules } = proof.figures;
  const parts = STATUSES.filter((status) => (statuses[status] ?? 0) > 0)
    .map((status) => `${statuses[status]} ${status}`);
  const rows = [
    ["jobs", `${jobs}${parts.length === 0 ? "" : ` (${parts.join(", ")})`}`],
    ["attempts", String(attempts)],
    ["output", formatBytes(logBytes)],
    ["runs", String(runs)],
    ["causes", String(causes)],
    ["schedules", String(schedules)],
    ["checksum", `sha256:${proof.checksum}`],
  ];
  const lines = rows.map(([name, value]) => `${name!.padEnd(10)}${value}`);
  return `${copy ? "Copied" : "Moved"} ${source} to ${target}\n${lines.join("\n")}\n`;
}

function nextText({ to, copy }: MoveReport): string {
  const place = escapeLine(to);
  if (copy) return `Use the copy with --db ${place}\n`;
  const secrets = schemeOf(to) === null ? "" : ", with user and password where it needs them";
  return `Set GIGQ_DB (or db in gigq.toml) to ${place}${secrets}, and start workers there\n`;
}
