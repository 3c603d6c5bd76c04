/** Output of jobs, from the store to this process's own stdout and stderr. */

import type { Attempt, JobId } from "../../core/job.ts";
import { NotFoundError } from "../../core/errors.ts";
import type { JobQueue } from "../../library/queue.ts";
import { escapeLine, escapeText } from "../../output/escape.ts";
import { jsonLine } from "../../output/json_lines.ts";
import type { Io } from "../io.ts";
import { describeFailure } from "../progress/job_line.ts";
import type { Ended } from "./window.ts";

/** Pieces of output read at a time: bounds memory, whatever a job wrote. */
const CHUNKS_A_READ = 64;
/** Characters of an item that a message shows. */
const ITEM_CHARS = 120;
/** The marker that a log has where its middle was cut. */
const CUT = /^\[… \d+ bytes cut …\]\n$/;

/** Writes what jobs wrote, byte for byte; a terminal gets control characters spelled out unless `raw`. */
export class Printer {
  failed = 0;
  printed = 0;
  readonly #decoder = new TextDecoder();

  constructor(
    readonly queue: JobQueue,
    readonly io: Io,
    readonly raw: boolean,
  ) {}

  /** Prints one item: its output, and a line on stderr when it failed. */
  async print(slot: Ended): Promise<void> {
    const whole = this.io.json ? await this.#json(slot) : await this.#output(slot);
    this.printed++;
    if (slot.status === "completed" && whole) return;
    this.failed++;
    const why = slot.status === "completed"
      ? "wrote more than is kept, and its output was cut"
      : await this.#why(slot);
    this.io.err(`gigq: item ${slot.number} (${shorten(slot.text)}) ${why}; job ${slot.id}\n`);
  }

  /** Resolves to whether the output is whole. */
  async #output({ id, attempt }: Ended): Promise<boolean> {
    let whole = true;
    for (let after = -1;;) {
      const chunks = await this.queue.logs(id, { attempt, after, limit: CHUNKS_A_READ });
      for (const { stream, data, seq } of chunks) {
        after = seq;
        if (stream === "stdout") await this.#out(data);
        else if (stream === "stderr") this.#err(data);
        else if (CUT.test(this.#decoder.decode(data))) whole = false;
      }
      if (chunks.length < CHUNKS_A_READ) return whole;
    }
  }

  #out(data: Uint8Array): Promise<void> {
    const plain = this.raw || !this.io.outIsTerminal;
    return this.io.out(plain ? data : escapeText(this.#decoder.decode(data)));
  }

  #err(data: Uint8Array): void {
    const text = this.#decoder.decode(data);
    this.io.err(this.raw || !this.io.errIsTerminal ? text : escapeText(text));
  }

  async #json(slot: Ended): Promise<boolean> {
    const job = await this.queue.get(slot.id);
    const attempt = await this.#attempt(slot);
    const { id, status, reason, result } = job;
    const line = { item: slot.text, id, status, reason, exitCode: attempt?.exitCode ?? null, result };
    await this.io.out(jsonLine(line));
    return true;
  }

  async #why(slot: Ended): Promise<string> {
    if (slot.status !== "failed") return `was ${slot.status}`;
    const job = await this.#job(slot.id);
    const attempt = await this.#attempt(slot);
    if (job === null || job.reason === null) return "failed";
    const usage = { exitCode: attempt?.exitCode ?? null, signal: attempt?.signal ?? null };
    return `failed ${describeFailure({ reason: job.reason, error: job.error }, usage)}`;
  }

  async #job(id: JobId): Promise<Awaited<ReturnType<JobQueue["get"]>> | null> {
    try {
      return await this.queue.get(id);
    } catch (error) {
      if (error instanceof NotFoundError) return null; // cleared in the meantime
      throw error;
    }
  }

  async #attempt({ id, attempt }: Ended): Promise<Attempt | undefined> {
    return (await this.queue.attempts(id)).find(({ number }) => number === attempt);
  }
}

function shorten(text: string): string {
  const line = escapeLine(text);
  return line.length > ITEM_CHARS ? `${line.slice(0, ITEM_CHARS - 1)}…` : line;
}
