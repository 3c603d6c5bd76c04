/** The output of attempts, in pieces. */

import type { JobId } from "../job.ts";

/** Where a piece of output came from: the two streams of a command, or `log` of a function or module. */
export type LogStream = "stdout" | "stderr" | "log";

/** A piece of an attempt's output. */
export interface LogChunk {
  /** The job. */
  readonly id: JobId;
  /** Number of the attempt that wrote it. */
  readonly attempt: number;
  /** Rises within an attempt. */
  readonly seq: number;
  /** Where it came from. */
  readonly stream: LogStream;
  /** When it was written, in milliseconds since the epoch. */
  readonly at: number;
  /** The bytes as they were written; a piece may end within a line or a character. */
  readonly data: Uint8Array;
}

/** Which pieces of a job's output. */
export interface LogQuery {
  /** Default: the latest attempt that left output. */
  readonly attempt?: number;
  /** Only chunks after this `seq`. */
  readonly after?: number;
  /** Only this stream; default all, in the order written. */
  readonly stream?: LogStream;
  /** At most so many chunks. */
  readonly limit?: number;
}
