/** The terminal (or pipe) a command talks to. Tests bring their own. */

import type { JobSettings } from "./job_settings.ts";

/** Data goes to `out`, everything else to `err`. */
export interface Io {
  /** Writes data and resolves when it was taken; a closed pipe ends the program quietly. */
  out(text: string | Uint8Array): Promise<void>;
  /** Writes a message for people. */
  err(text: string): void;
  readonly outIsTerminal: boolean;
  readonly errIsTerminal: boolean;
  /** Whether data may be coloured: terminal, `NO_COLOR`, `--color`. */
  readonly color: boolean;
  /** Columns of the terminal; `null` when stdout is not one, and then nothing is cut. */
  readonly columns: number | null;
  /** `--json`. */
  readonly json: boolean;
  /** `--db`, `GIGQ_DB`, settings files, `gigq.db`. */
  readonly db: string;
  /** Policies, rules and jobs of `gigq.toml`; absent where there is none. */
  readonly jobs?: JobSettings;
  /** Path of the nearest `gigq.toml` with `[schedules.*]`; absent where none has any, and for most commands. */
  readonly schedules?: string;
  /** Bytes of stdin. */
  readonly stdin: ReadableStream<Uint8Array>;
  env(name: string): string | undefined;
  /** The present, milliseconds since the epoch: by the server's clock once a queue on one is open. */
  now(): number;
  /** From here on {@linkcode now} tells this time. Absent: it goes on as it is. */
  keepTime?(now: () => number): void;
}
