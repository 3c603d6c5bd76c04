/** The output of attempts, in the chunks it came in. */

import type { JobId } from "../../../core/job.ts";
import type { LogChunk, LogQuery } from "../../../core/ports.ts";
import { ms, STREAMS } from "../../codes.ts";
import type { Connection } from "../connection.ts";
import { refuseUnlessOpen } from "../state.ts";

/** A chunk that is stored already is left alone; output of a job that was removed is dropped. */
export function appendLog(db: Connection, chunks: readonly LogChunk[]): void {
  refuseUnlessOpen(db, "use");
  for (const { id, attempt, seq, stream, at, data } of chunks) {
    db.run(
      `
      INSERT OR IGNORE INTO logs (job, attempt, seq, stream, at, data)
      SELECT id, ?2, ?3, ?4, ?5, ?6 FROM job_state WHERE id = ?1`,
      id,
      attempt,
      seq,
      STREAMS.indexOf(stream),
      ms(at),
      data,
    );
  }
}

type LogRow = Omit<LogChunk, "stream"> & { readonly stream: number };

export function readLog(db: Connection, id: JobId, query: LogQuery): readonly LogChunk[] {
  const { attempt, after, stream, limit } = query;
  const rows = db.all<LogRow>(
    `
    SELECT job AS id, attempt, seq, stream, at, data FROM logs
    WHERE job = ?1 AND attempt = coalesce(?2, (SELECT max(attempt) FROM logs WHERE job = ?1))
      AND (?3 IS NULL OR seq > ?3) AND (?4 IS NULL OR stream = ?4)
    ORDER BY seq LIMIT ?5 + 0`,
    id,
    attempt ?? null,
    after ?? null,
    stream === undefined ? null : STREAMS.indexOf(stream),
    limit === undefined || !Number.isFinite(limit) ? -1 : Math.max(0, Math.floor(limit)),
  );
  return rows.map((row) => ({ ...row, stream: STREAMS[row.stream]! }));
}
