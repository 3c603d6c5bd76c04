/** Turns a selector into SQL over `job_state s` and `jobs j`. */

import type { Selector } from "../../../core/ports.ts";
import { S } from "../../codes.ts";
import type { Value } from "../driver.ts";

/** A condition with its parameters. */
export interface Where {
  readonly sql: string;
  readonly params: readonly Value[];
}

/** The jobs that a selector means; paging is the caller's. */
export function toWhere(selector: Selector): Where {
  const terms: string[] = [];
  const params: Value[] = [];
  const add = (sql: string, ...values: Value[]): void => {
    terms.push(sql);
    params.push(...values);
  };
  const { ids, statuses, queues, kinds, name, tag, workflow, cause, dead, finishedBefore } = selector;
  if (ids !== undefined) add("s.id IN (SELECT value FROM json_each(?))", JSON.stringify(ids));
  // Numbers in the text, not parameters: partial indexes are chosen by what the text says.
  if (statuses !== undefined) add(statusTerm(statuses.map((status) => S[status])));
  if (queues !== undefined) add(laneTerm("queue"), JSON.stringify(queues));
  if (kinds !== undefined) add(laneTerm("kind"), JSON.stringify(kinds));
  if (name !== undefined) add(...nameTerm(name));
  if (tag !== undefined) add("s.id IN (SELECT job FROM tags WHERE tag = ?)", tag);
  if (workflow !== undefined) add("j.workflow = ?", workflow);
  if (cause !== undefined) add("s.id IN (SELECT id FROM errors WHERE cause = ?)", cause);
  if (dead !== undefined) add(`s.id ${dead ? "IN" : "NOT IN"} (SELECT id FROM dead_letters)`);
  if (finishedBefore !== undefined) add("s.finished_at < ?", finishedBefore);
  return { sql: terms.length === 0 ? "1" : terms.join(" AND "), params };
}

function statusTerm(codes: readonly number[]): string {
  return codes.length === 1 ? `s.status = ${codes[0]}` : `s.status IN (${codes.join(", ")})`;
}

function laneTerm(column: "queue" | "kind"): string {
  return `s.lane IN (SELECT id FROM lanes WHERE ${column} IN (SELECT value FROM json_each(?)))`;
}

function nameTerm(pattern: string): [string, string] {
  if (!pattern.includes("*")) return ["j.name = ?", pattern];
  return ["j.name GLOB ?", pattern.replace(/[?[]/g, "[$&]")];
}
