/** Reading jobs for lists. */

import type { Job, JobId } from "../core/job.ts";
import type { Selector } from "../core/ports.ts";
import type { Io } from "./io.ts";

/** Jobs shown on a terminal unless `--limit` says otherwise. */
const SCREENFUL = 50;
/** Jobs read at a time when there is no limit: bounds memory, whatever the queue holds. */
const PAGE = 1_000;

/** How many jobs a list shows: what `--limit` says, a screenful on a terminal, or all. */
export function listLimit(
  limit: number | undefined,
  io: Pick<Io, "outIsTerminal" | "json">,
): number | undefined {
  return limit ?? (io.outIsTerminal && !io.json ? SCREENFUL : undefined);
}

/** The jobs that match, oldest first: the last so many at once, or all of them page by page. */
export async function* pages(
  selector: Selector,
  limit: number | undefined,
  read: (page: Selector) => Promise<Job[]>,
): AsyncGenerator<Job[]> {
  if (limit !== undefined) {
    yield (await read({ ...selector, order: "desc", limit })).reverse();
    return;
  }
  let cursor: number | undefined;
  for (;;) {
    const jobs = await read({
      ...selector,
      order: "asc",
      limit: PAGE,
      ...cursor !== undefined && { cursor },
    });
    if (jobs.length > 0) yield jobs;
    if (jobs.length < PAGE) return;
    cursor = jobs.at(-1)!.id;
  }
}

/** On a terminal: that there is nothing, or more than was shown. */
export async function tellRest(
  shown: number,
  limit: number | undefined,
  io: Io,
  { none, count }: { readonly none: string; count(): Promise<number> },
): Promise<void> {
  if (!io.errIsTerminal) return;
  if (shown === 0) return io.err(`${none}\n`);
  if (limit === undefined || shown < limit) return;
  const total = await count();
  if (total > shown) io.err(`The last ${shown} of ${total}; --limit ${total} shows all\n`);
}

/** Ids named on a line. */
const NAMED = 3;

/** `12`, `12,13,14`, `12,13,14 and 7 more`. */
export function idList(ids: readonly JobId[], named = NAMED): string {
  const rest = ids.length - named;
  return ids.slice(0, named).join(",") + (rest > 0 ? ` and ${rest} more` : "");
}
