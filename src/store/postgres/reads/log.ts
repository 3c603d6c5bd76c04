/** The output of attempts, in the chunks it came in. */

import type { JobId } from "../../../core/job.ts";
import type { LogChunk, LogQuery } from "../../../core/ports.ts";
import { STREAMS } from "../../codes.ts";
import type { Sql } from "../sql.ts";
import { toLimit } from "./limit.ts";

type LogRow = Omit<LogChunk, "stream"> & { readonly stream: number };

export async function readLog(sql: Sql, id: JobId, query: LogQuery): Promise<readonly LogChunk[]> {
  const { attempt, after, stream, limit } = query;
  const rows = await sql.all<LogRow>(
    `
    SELECT job AS id, attempt, seq, stream, at, data FROM gigq.logs
    WHERE job = $1::bigint
      AND attempt = coalesce($2::int, (SELECT max(attempt) FROM gigq.logs WHERE job = $1::bigint))
      AND ($3::int IS NULL OR seq > $3::int) AND ($4::smallint IS NULL OR stream = $4::smallint)
    ORDER BY seq LIMIT $5::bigint`,
    id,
    attempt ?? null,
    after ?? null,
    stream === undefined ? null : STREAMS.indexOf(stream),
    toLimit(limit),
  );
  return rows.map((row) => ({ ...row, stream: STREAMS[row.stream]! }));
}
