import { assertEquals } from "@std/assert";
import type { LogChunk, TransferRecord } from "../../src/core/ports.ts";
import { openStore } from "../../src/store/open.ts";
import { newJob, T } from "../../src/testing/contract/kit.ts";
import { ownName, redisUrl } from "../servers.ts";
import { deletePrefix, prefixUrl } from "./redis_kit.ts";

const JOBS = 5_000;
/** The first and last ids, and those around the ends of what one script looks at. */
const WITH_OUTPUT = [1, 999, 1_000, 1_001, 1_007, 1_008, 1_009, 2_500, 4_999, 5_000];

Deno.test({
  name: "redis transfer: thousands of jobs with output here and there, whatever the size of the pages",
  ignore: redisUrl === null,
  fn: async () => {
    const prefix = ownName();
    const { store } = await openStore(prefixUrl(prefix));
    try {
      await store.enqueue({ jobs: Array.from({ length: JOBS }, () => newJob()) }, T);
      const chunks = WITH_OUTPUT.flatMap((id) => [1, 2].map((seq) => toChunk(id, seq)));
      await store.appendLog(chunks);
      for (const limit of [3, 1_000, 10_000]) {
        const records: TransferRecord[] = [];
        let after: string | null = limit === 3 ? '["logs",null]' : null;
        do {
          const page = await store.transfer!.read(after, limit);
          records.push(...page.records);
          after = page.next;
        } while (after !== null);
        const jobs = records.flatMap((record) => record.type === "job" ? record.job.id : []);
        if (limit !== 3) assertEquals(jobs, Array.from({ length: JOBS }, (_, at) => at + 1));
        assertEquals(records.flatMap((record) => record.type === "log" ? record.chunk : []), chunks);
      }
    } finally {
      await store.close();
      await deletePrefix(prefix);
    }
  },
});

function toChunk(id: number, seq: number): LogChunk {
  return { id, attempt: 1, seq, stream: "stdout", at: T, data: new Uint8Array([id % 256, seq]) };
}
