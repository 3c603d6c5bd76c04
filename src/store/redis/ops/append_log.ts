/** Keeps the output of attempts, in the chunks it comes in. */

import type { LogChunk } from "../../../core/ports.ts";
import { STREAMS } from "../../codes.ts";
import { logScore } from "../keys.ts";
import type { Argument, Redis } from "../script.ts";
import { APPEND_LOG_SCRIPT } from "../scripts/append_log.ts";
import { ms } from "./text.ts";

export async function appendLog(redis: Redis, chunks: readonly LogChunk[]): Promise<void> {
  if (chunks.length > 0) await redis.script(APPEND_LOG_SCRIPT, "{}", ...chunks.flatMap(toArgs));
}

function toArgs({ id, attempt, seq, stream, at, data }: LogChunk): Argument[] {
  const head = `${STREAMS.indexOf(stream)}:${attempt}:${seq}:${ms(at)}:`;
  return [id, logScore(attempt, seq), head, data];
}
