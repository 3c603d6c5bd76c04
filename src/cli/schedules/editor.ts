/** A schedule in an editor. */

import { GigqError, UsageError } from "../../core/errors.ts";
import type { Schedule } from "../../core/schedule.ts";
import type { JobQueue } from "../../library/queue.ts";
import { readSchedulesText } from "../../library/schedules/read_file.ts";
import { toYaml } from "../../library/schedules/to_yaml.ts";
import type { ScheduleChange, WantedSchedule } from "../../library/schedules/types.ts";
import { escapeLine, escapeText } from "../../output/escape.ts";
import { jsonLine } from "../../output/json_lines.ts";
import type { Io } from "../io.ts";
import { changesText } from "./change_text.ts";
import { scheduleShape } from "./shapes.ts";
import { tellUnderstood } from "./understood.ts";

/**
 * Lets somebody change a schedule as text, as often as it takes.
 *
 * @throws {UsageError} Where there is nobody to do so, and when it was given up
 */
export async function editByHand(schedule: Schedule, queue: JobQueue, io: Io): Promise<number> {
  const editor = io.env("VISUAL") || io.env("EDITOR");
  if (!io.outIsTerminal || editor === undefined) {
    throw new UsageError("There is nothing to change", {
      hint: io.outIsTerminal
        ? "Give options, or set EDITOR"
        : "Give options, or run it on a terminal to edit it",
    });
  }
  // What cannot be written leaves no folder.
  const before = header(schedule.name) + await toYaml([schedule], { defaults: queue.defaults });
  const folder = await Deno.makeTempDir({ prefix: "gigq-" });
  const path = `${folder}/${schedule.name.replaceAll(/[^\w.-]/g, "_")}.yaml`;
  await Deno.writeTextFile(path, before);
  for (;;) {
    await openEditor(editor, path);
    const text = await Deno.readTextFile(path);
    if (text === before || isEmpty(text)) {
      io.err("Nothing was changed\n");
      break;
    }
    const changed = await tried(() => apply(text, path, schedule.name, queue));
    if (changed instanceof GigqError) {
      await askAgain(changed, path, io);
      continue;
    }
    await io.out(io.json ? jsonLine(scheduleShape(changed.schedule)) : changesText(changed.changes, io));
    await tellUnderstood(changed.schedule.definition, changed.schedule.state.fired, io);
    break;
  }
  await Deno.remove(folder, { recursive: true });
  return 0;
}

function header(name: string): string {
  return `# ${
    escapeLine(name)
  } shall be as this says when the editor is closed. Left as it is, nothing changes.\n`;
}

function isEmpty(text: string): boolean {
  return text.split("\n").every((line) => /^\s*(#.*)?$/.test(line));
}

async function openEditor(editor: string, path: string): Promise<void> {
  // The editor may have options, and a path with spaces: a shell reads it, as git does.
  const { success, code } = await new Deno.Command("sh", {
    args: ["-c", `${editor} "$1"`, "sh", path],
    stdin: "inherit",
    stdout: "inherit",
    stderr: "inherit",
  }).spawn().status;
  if (success) return;
  throw new UsageError(`The editor "${editor}" ended with exit code ${code}; nothing was changed`, {
    hint: `Set EDITOR; the text is in ${path}`,
  });
}

interface Applied {
  readonly changes: readonly ScheduleChange[];
  /** As it stands then. */
  readonly schedule: Schedule;
}

async function apply(text: string, path: string, name: string, queue: JobQueue): Promise<Applied> {
  const { defaults } = queue;
  const wanted = await readSchedulesText(text, path, `${Deno.cwd()}/schedules.yaml`, { defaults });
  const changes = await queue.schedules.apply([only(wanted, name)]);
  return { changes, schedule: await queue.schedules.get(name) };
}

function only(wanted: readonly WantedSchedule[], name: string): WantedSchedule {
  const [first] = wanted;
  if (first?.name === name && wanted.length === 1) return first;
  throw new UsageError(
    wanted.length === 1
      ? `The schedule is called "${name}", and the text calls it "${first!.name}"`
      : `The text has ${wanted.length} schedules, and only "${name}" is being changed`,
    { hint: `Call it ${name}, or give the text to gigq schedule apply` },
  );
}

/** What went wrong, when it is something that can be mended. */
async function tried<T>(work: () => Promise<T>): Promise<T | GigqError> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof GigqError) return error;
    throw error;
  }
}

/** @throws {UsageError} When the answer is no */
async function askAgain(error: GigqError, path: string, io: Io): Promise<void> {
  io.err(`${escapeText(error.message)}${error.hint === undefined ? "" : `\n${escapeText(error.hint)}`}\n`);
  io.err("Edit again? [Y/n] ");
  if (!/^n/i.test(await line(io.stdin))) return;
  throw new UsageError("Nothing was changed", { hint: `What was written is in ${path}` });
}

/** A line of somebody who types; `n` at the end of input. */
async function line(stdin: ReadableStream<Uint8Array>): Promise<string> {
  const reader = stdin.getReader();
  const { value, done } = await reader.read();
  reader.releaseLock();
  return done ? "n" : new TextDecoder().decode(value).trim();
}
