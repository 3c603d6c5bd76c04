/** What `gigq logs` does. */

import { NotFoundError } from "../../core/errors.ts";
import type { JobId } from "../../core/job.ts";
import type { LogChunk, LogQuery, LogStream } from "../../core/ports.ts";
import type { JobQueue } from "../../library/queue.ts";
import { escapeText } from "../../output/escape.ts";
import { jsonLine } from "../../output/json_lines.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";
import { openExisting } from "../open_queue.ts";
import { resolveId } from "../selectors.ts";
import { logShape } from "../shapes.ts";
import { waitingGiveUpAfter } from "../worker_options.ts";

/** Pieces read at a time: bounds memory while a long log streams. */
const CHUNKS_A_READ = 256;

/** Prints the output of a job, and with `--follow` goes on until it has ended. */
export async function printLogs(input: Input, io: Io): Promise<number> {
  await using opened = await openExisting(io);
  const queue = opened.patient(waitingGiveUpAfter(input, io));
  const id = await resolveId(input.args[0]!, queue);
  const job = await queue.get(id);
  const attempt = input.number("attempt");
  if (attempt !== undefined && attempt > job.attempt && !input.flag("follow")) {
    throw new NotFoundError(`Job ${id} has no attempt ${attempt}`, {
      hint: `It was started ${job.attempt} ${job.attempt === 1 ? "time" : "times"}`,
    });
  }
  const stream = input.string("stream") as LogStream | undefined;
  const writer = new LogPrinter(io, input.flag("raw"));
  const query: LogQuery = { ...attempt !== undefined && { attempt }, ...stream !== undefined && { stream } };
  if (input.flag("follow")) await follow(queue, id, query, writer);
  else await printAll(queue, id, query, writer);
  await writer.end();
  return 0;
}

async function printAll(queue: JobQueue, id: JobId, query: LogQuery, writer: LogPrinter): Promise<void> {
  let page = query;
  for (;;) {
    const chunks = await queue.logs(id, { ...page, limit: CHUNKS_A_READ });
    for (const chunk of chunks) await writer.write(chunk);
    const last = chunks.at(-1);
    if (last === undefined || chunks.length < CHUNKS_A_READ) return;
    // Stay with the attempt that was begun, even if a newer one writes meanwhile.
    page = { ...query, attempt: last.attempt, after: last.seq };
  }
}

async function follow(queue: JobQueue, id: JobId, query: LogQuery, writer: LogPrinter): Promise<void> {
  for await (const event of queue.follow(id)) {
    if (event.type !== "log") continue;
    const { attempt, stream } = event.chunk;
    if (attempt === (query.attempt ?? attempt) && stream === (query.stream ?? stream)) {
      await writer.write(event.chunk);
    }
  }
}

/** Writes pieces of output as bytes, as escaped text, or as JSON Lines. */
class LogPrinter {
  readonly #io: Io;
  readonly #escape: boolean;
  /** One a stream: a letter may be split between two pieces. */
  readonly #decoders = new Map<LogStream, TextDecoder>();

  constructor(io: Io, raw: boolean) {
    this.#io = io;
    this.#escape = io.outIsTerminal && !raw;
  }

  async write(chunk: LogChunk): Promise<void> {
    if (this.#io.json) return await this.#io.out(jsonLine(logShape(chunk)));
    if (!this.#escape) return await this.#io.out(chunk.data);
    const decoder = this.#decoders.get(chunk.stream) ?? new TextDecoder();
    this.#decoders.set(chunk.stream, decoder);
    await this.#io.out(escapeText(decoder.decode(chunk.data, { stream: true })));
  }

  /** What was left of a letter that never became whole. */
  async end(): Promise<void> {
    for (const decoder of this.#decoders.values()) {
      const rest = decoder.decode();
      if (rest !== "") await this.#io.out(rest);
    }
  }
}
