/** `appendLog` and `readLog`: the output of attempts. */

import type { JobId } from "../../core/job.ts";
import type { LogChunk, LogQuery } from "../../core/ports.ts";
import type { State } from "./state.ts";

/** Output of a job that is gone by now is dropped. */
export function appendLog(state: State, chunks: readonly LogChunk[]): void {
  for (const chunk of chunks) {
    state.jobs.get(chunk.id)?.log.push({ ...chunk, data: chunk.data.slice() });
    state.changed = true;
  }
}

export function readLog(state: State, id: JobId, query: LogQuery): LogChunk[] {
  const log = state.jobs.get(id)?.log ?? [];
  const attempt = query.attempt ?? log.reduce((latest, chunk) => Math.max(latest, chunk.attempt), 0);
  const after = query.after ?? -Infinity;
  const found = log
    .filter((chunk) =>
      chunk.attempt === attempt && chunk.seq > after &&
      (query.stream === undefined || chunk.stream === query.stream)
    )
    .sort((a, b) => a.seq - b.seq);
  return found.slice(0, Math.min(query.limit ?? Infinity, found.length))
    .map((chunk) => ({ ...chunk, data: chunk.data.slice() }));
}
