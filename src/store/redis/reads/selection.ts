/** A selector as scripts are given it. */

import type { Selector } from "../../../core/ports.ts";
import { STATUSES } from "../../../core/transitions.ts";

/** Ids that one script is given. */
const CHUNK = 1_000;

/** Ids and numbers of runs are text there. */
export interface Selection {
  readonly ids?: readonly string[];
  readonly statuses?: readonly string[];
  readonly queues?: readonly string[];
  readonly kinds?: readonly string[];
  readonly name?: string;
  readonly tag?: string;
  readonly workflow?: string;
  readonly cause?: string;
  readonly dead?: boolean;
  readonly finishedBefore?: number;
  readonly order: "asc" | "desc";
  /** Only ids that come later in that order. */
  readonly after?: string;
}

/** What to ask for, one after the other: once, but for many ids. */
export function chunksOf(selector: Selector): readonly Selection[] {
  const { statuses, queues, kinds, name, tag, workflow, cause, dead, finishedBefore, cursor, order = "asc" } =
    selector;
  if ([statuses, queues, kinds].some((list) => list?.length === 0)) return [];
  const base: Selection = {
    statuses: statuses && [...new Set(statuses)].map((status) => String(STATUSES.indexOf(status))),
    ...{ queues, kinds, name, tag, dead, order },
    workflow: workflow === undefined ? undefined : String(workflow),
    cause: cause === undefined ? undefined : String(cause),
    finishedBefore: finishedBefore === undefined ? undefined : Math.min(finishedBefore, Number.MAX_VALUE),
  };
  if (selector.ids === undefined) {
    return [cursor === undefined ? base : { ...base, after: String(cursor) }];
  }
  const ids = [...new Set(selector.ids)]
    .filter((id) => cursor === undefined || (order === "asc" ? id > cursor : id < cursor))
    .sort((a, b) => order === "asc" ? a - b : b - a)
    .map(String);
  const chunks: Selection[] = [];
  for (let i = 0; i < ids.length; i += CHUNK) chunks.push({ ...base, ids: ids.slice(i, i + CHUNK) });
  return chunks;
}
