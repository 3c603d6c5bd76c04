/** Turns a selector into SQL over `job_state s` and `jobs j`. */

import type { Selector } from "../../../core/ports.ts";
import { S } from "../../codes.ts";
import type { Value } from "../sql.ts";

/** A condition with its parameters, `$1` and on. */
export interface Where {
  readonly sql: string;
  readonly params: readonly Value[];
}

/** The jobs that a selector means; paging is the caller's. */
export function toWhere(selector: Selector): Where {
  const terms: string[] = [];
  const params: Value[] = [];
  const add = (term: (parameter: string) => string, value: Value): void => {
    terms.push(term(`$${params.push(value)}`));
  };
  const { ids, statuses, queues, kinds, name, tag, workflow, cause, dead, finishedBefore } = selector;
  if (ids !== undefined) add((p) => `s.id = ANY(${p}::bigint[])`, ids.filter(Number.isSafeInteger));
  // Numbers in the text, not parameters: partial indexes are chosen by what the text says.
  if (statuses !== undefined) terms.push(statusTerm(statuses.map((status) => S[status])));
  if (queues !== undefined) add((p) => laneTerm("queue", p), queues);
  if (kinds !== undefined) add((p) => laneTerm("kind", p), kinds);
  if (name?.includes("*") === true) add((p) => `j.name LIKE ${p}`, toLike(name));
  else if (name !== undefined) add((p) => `j.name = ${p}`, name);
  if (tag !== undefined) add((p) => `j.tags @> ARRAY[${p}::text]`, tag);
  if (workflow !== undefined) add((p) => `j.workflow = ${p}`, workflow);
  if (cause !== undefined) add((p) => `s.id IN (SELECT id FROM gigq.errors WHERE cause = ${p})`, cause);
  if (dead !== undefined) {
    terms.push(`${dead ? "" : "NOT "}EXISTS (SELECT 1 FROM gigq.dead_letters d WHERE d.id = s.id)`);
  }
  if (finishedBefore !== undefined) add((p) => `s.finished_at < ${p}::float8`, finishedBefore);
  return { sql: terms.length === 0 ? "true" : terms.join(" AND "), params };
}

function statusTerm(codes: readonly number[]): string {
  if (codes.length === 0) return "false";
  return codes.length === 1 ? `s.status = ${codes[0]}` : `s.status IN (${codes.join(", ")})`;
}

function laneTerm(column: "queue" | "kind", parameter: string): string {
  return `s.lane IN (SELECT id FROM gigq.lanes WHERE ${column} = ANY(${parameter}::text[]))`;
}

function toLike(pattern: string): string {
  return pattern.replace(/[\\%_]/g, "\\$&").replaceAll("*", "%");
}
