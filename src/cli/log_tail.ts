/** The end of what an attempt wrote. */

import type { JobId } from "../core/job.ts";
import type { LogStream } from "../core/ports.ts";
import type { JobQueue } from "../library/queue.ts";

/** Pieces read at a time: bounds memory, whatever a job wrote. */
const CHUNKS_A_READ = 64;
/** Characters kept: more than any tail that is shown. */
const KEPT_CHARS = 16_000;

/** The last lines of a stream, at most `lines`; empty where there is none. */
export async function logTail(
  queue: JobQueue,
  id: JobId,
  attempt: number,
  stream: LogStream,
  lines: number,
): Promise<string[]> {
  const decoder = new TextDecoder();
  let text = "";
  for (let after = -1;;) {
    const chunks = await queue.logs(id, { attempt, stream, after, limit: CHUNKS_A_READ });
    for (const chunk of chunks) {
      after = chunk.seq;
      text = (text + decoder.decode(chunk.data, { stream: true })).slice(-KEPT_CHARS);
    }
    if (chunks.length < CHUNKS_A_READ) break;
  }
  const trimmed = (text + decoder.decode()).trimEnd();
  return trimmed === "" ? [] : trimmed.split(/\r?\n/).slice(-lines);
}
