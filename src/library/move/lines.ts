/** All that a store holds, as lines that can be compared. */

import type { Transfer, TransferRecord } from "../../core/ports.ts";
import { toLine } from "./canonical.ts";

/** A record and its text. */
export interface Line {
  readonly text: string;
  readonly record: TransferRecord;
}

/** Pages of lines in the one order. Queues come in the order of their names, which each store has of its own. */
export async function* linesOf(transfer: Transfer, batch: number): AsyncGenerator<readonly Line[]> {
  const queues: Line[] = [];
  for (let after: string | null = null;;) {
    const page = await transfer.read(after, batch);
    const lines: Line[] = [];
    for (const record of page.records) {
      const text = toLine(record);
      if (text !== null) (record.type === "queue" ? queues : lines).push({ text, record });
    }
    const first = lines.findIndex(({ record }) => record.type !== "counters");
    if (first >= 0) lines.splice(first, 0, ...takeSorted(queues));
    if (page.next === null) lines.push(...takeSorted(queues));
    yield lines;
    if (page.next === null) return;
    after = page.next;
  }
}

function takeSorted(queues: Line[]): Line[] {
  return queues.splice(0).sort((a, b) => a.text < b.text ? -1 : 1);
}
