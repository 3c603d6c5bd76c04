/** Workflow runs, with their jobs by status. */

import type { Status } from "../../../core/job.ts";
import type { JsonObject } from "../../../core/json.ts";
import type { WorkflowRun } from "../../../core/ports.ts";
import { STATUSES } from "../../../core/transitions.ts";
import { RUN } from "../keys.ts";
import type { Redis } from "../script.ts";
import { reading } from "./guard.ts";
import { type Fields, numberOf, toFields } from "./job.ts";

/** Which runs. */
export interface WorkflowFilter {
  readonly id?: number;
  readonly name?: string;
  readonly key?: string;
  readonly type?: WorkflowRun["type"];
  readonly limit?: number;
}

/** Goes back from the last run that it was not given yet, and gives so many at most. */
const RUNS = reading(
  "runs",
  String.raw`
local CHUNK = 1000
local ids
if A.id then ids = { A.id }
elseif A.key or A.name then
  local key = A.key and P .. ':runkey:' .. A.key or P .. ':runname:' .. A.name
  ids = {}
  local all = call('LRANGE', key, '0', '-1')
  for i = #all, 1, -1 do
    if not A.before or tonumber(all[i]) < tonumber(A.before) then ids[#ids + 1] = all[i] end
    if #ids == CHUNK then break end
  end
else
  ids = call('ZREVRANGEBYSCORE', P .. ':runs', A.before and '(' .. A.before or '+inf', '-inf', 'LIMIT', '0', CHUNK)
end
local found = {}
for _, id in ipairs(ids) do
  local flat = call('HGETALL', P .. ':run:' .. id)
  if #flat > 0 then found[#found + 1] = { id, flat } end
end
return { #ids == CHUNK and ids[CHUNK], found }`,
);

/** Newest first. */
export async function workflows(redis: Redis, filter: WorkflowFilter): Promise<readonly WorkflowRun[]> {
  const { id, name, key, type, limit = Infinity } = filter;
  const most = Math.max(0, Math.floor(limit));
  const found: WorkflowRun[] = [];
  let before: string | undefined;
  while (found.length < most) {
    const control = { id: id === undefined ? undefined : String(id), name, key, before };
    const [next, runs] = await redis.script<[string | null, readonly [string, readonly string[]][]]>(
      RUNS,
      JSON.stringify(control),
    );
    for (const run of runs.map(([number, flat]) => toRun(number, flat))) {
      const fits = (name === undefined || run.name === name) && (key === undefined || run.key === key);
      if (fits && (type === undefined || run.type === type)) found.push(run);
    }
    if (next === null) break;
    before = next;
  }
  return found.slice(0, most);
}

export function toRun(id: string, flat: readonly string[]): WorkflowRun {
  const fields = toFields(flat);
  return {
    id: Number(id),
    name: fields.get(RUN.name)!,
    key: fields.get(RUN.key) ?? null,
    params: JSON.parse(fields.get(RUN.params)!) as JsonObject,
    createdAt: Number(fields.get(RUN.createdAt)),
    source: fields.get(RUN.source) ?? null,
    type: fields.get(RUN.type) as WorkflowRun["type"],
    maxFails: toMaxFails(fields),
    haltedAt: numberOf(fields, RUN.haltedAt),
    counts: toCounts(fields),
  };
}

function toMaxFails(fields: Fields): WorkflowRun["maxFails"] {
  const count = numberOf(fields, RUN.maxFails);
  if (count !== null) return { count };
  const percent = numberOf(fields, RUN.maxFailsPercent);
  return percent === null ? null : { percent };
}

function toCounts(fields: Fields): Partial<Record<Status, number>> {
  const counts: Partial<Record<Status, number>> = {};
  STATUSES.forEach((status, code) => {
    const count = numberOf(fields, `c${code}`) ?? 0;
    if (count !== 0) counts[status] = count;
  });
  return counts;
}
