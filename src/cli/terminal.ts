/** The real terminal, pipe or file that this process was started with. */

import { CannotCreateError } from "../core/errors.ts";
import type { Io } from "./io.ts";
import type { COLORS } from "./globals.ts";
import type { JobSettings } from "./job_settings.ts";

/** Thrown by `out` when nobody reads any more: `gigq list | head`. */
export class ClosedPipe extends Error {
  override readonly name = "ClosedPipe";
}

/** What the command line and the settings decide about the terminal. */
export interface IoChoices {
  readonly json: boolean;
  readonly db: string;
  readonly color: typeof COLORS[number];
  /** Absent where no settings file applies. */
  readonly jobs?: JobSettings;
  /** Path of the settings file that has schedules. */
  readonly schedules?: string;
}

/** The parts of {@linkcode Io} that need no settings: enough to report an error. */
export interface Terminal extends Omit<Io, "json" | "db" | "color" | "jobs" | "schedules"> {
  with(choices: IoChoices): Io;
}

const encoder = new TextEncoder();

export function systemTerminal(): Terminal {
  const outIsTerminal = Deno.stdout.isTerminal();
  const base = {
    out: writeOut,
    err: writeErr,
    outIsTerminal,
    errIsTerminal: Deno.stderr.isTerminal(),
    get columns(): number | null {
      return outIsTerminal ? terminalColumns() : null;
    },
    get stdin(): ReadableStream<Uint8Array> {
      return Deno.stdin.readable;
    },
    env: (name: string): string | undefined => Deno.env.get(name),
    now: (): number => Date.now(),
  };
  return withChoices(base);
}

/** Adds `with` to the fixed parts, here and in tests; getters stay getters. */
export function withChoices(base: Omit<Terminal, "with">): Terminal {
  const choose = ({ json, db, color, jobs, schedules }: IoChoices): Io => {
    let now = (): number => base.now();
    return Object.create(base, {
      json: { value: json },
      db: { value: db },
      jobs: { value: jobs },
      schedules: { value: schedules },
      color: { value: wantsColor(color, base) },
      now: { value: () => now() },
      keepTime: { value: (other: () => number) => now = other },
    });
  };
  return Object.create(base, { with: { value: choose } });
}

/** `--color` decides, then `NO_COLOR` (https://no-color.org), then whether a person looks. */
function wantsColor(color: IoChoices["color"], base: Pick<Io, "outIsTerminal" | "env">): boolean {
  if (color !== "auto") return color === "always";
  return base.outIsTerminal && !base.env("NO_COLOR") && base.env("TERM") !== "dumb";
}

function terminalColumns(): number | null {
  try {
    return Deno.consoleSize().columns || null;
  } catch {
    return null; // a terminal that does not tell its size
  }
}

/** Calls in flight must not interleave: a pipe may take part of a write only. */
let last: Promise<void> = Promise.resolve();

function writeOut(text: string | Uint8Array): Promise<void> {
  const bytes = typeof text === "string" ? encoder.encode(text) : text;
  last = last.then(() => writeAll(bytes));
  return last;
}

async function writeAll(bytes: Uint8Array): Promise<void> {
  try {
    for (let done = 0; done < bytes.length;) done += await Deno.stdout.write(bytes.subarray(done));
  } catch (error) {
    if (error instanceof Deno.errors.BrokenPipe) throw new ClosedPipe();
    const why = error instanceof Error ? error.message : String(error);
    throw new CannotCreateError(`Cannot write to standard output: ${why}`, { cause: error });
  }
}

function writeErr(text: string): void {
  const bytes = encoder.encode(text);
  try {
    for (let done = 0; done < bytes.length;) done += Deno.stderr.writeSync(bytes.subarray(done));
  } catch {
    // Nobody listens to messages any more; the work goes on.
  }
}
