/** Adds to the output of attempts. */

import type { LogChunk } from "../../../core/ports.ts";
import { ms, STREAMS } from "../../codes.ts";
import type { Tx } from "../tx.ts";

/** Bytes a statement: more makes the server's memory, not its speed, larger. */
const PART_BYTES = 4_000_000;

/** A chunk that is stored already is left alone; output of a job that was removed is dropped. */
export async function appendLog(tx: Tx, chunks: readonly LogChunk[]): Promise<void> {
  for (let start = 0; start < chunks.length;) {
    let bytes = 0;
    let end = start;
    while (end < chunks.length && (end === start || bytes + chunks[end]!.data.length <= PART_BYTES)) {
      bytes += chunks[end++]!.data.length;
    }
    await append(tx, chunks.slice(start, end), bytes);
    start = end;
  }
}

/** All bytes go in one value, which each row cuts its piece from. */
async function append(tx: Tx, chunks: readonly LogChunk[], bytes: number): Promise<void> {
  const all = new Uint8Array(bytes);
  const starts: number[] = [];
  let length = 0;
  for (const { data } of chunks) {
    starts.push(length);
    all.set(data, length);
    length += data.length;
  }
  await tx.run(
    `
    INSERT INTO gigq.logs (job, attempt, seq, stream, at, data)
    SELECT c.job, c.attempt, c.seq, c.stream, c.at, substr($1::bytea, c.start + 1, c.length)
    FROM unnest($2::bigint[], $3::int[], $4::int[], $5::smallint[], $6::bigint[], $7::int[], $8::int[])
      AS c (job, attempt, seq, stream, at, start, length)
    JOIN gigq.job_state s ON s.id = c.job
    ON CONFLICT DO NOTHING`,
    all,
    chunks.map((chunk) => chunk.id),
    chunks.map((chunk) => chunk.attempt),
    chunks.map((chunk) => chunk.seq),
    chunks.map((chunk) => STREAMS.indexOf(chunk.stream)),
    chunks.map((chunk) => ms(chunk.at)),
    starts,
    chunks.map((chunk) => chunk.data.length),
  );
}
