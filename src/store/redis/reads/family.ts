/** Parents and children of jobs. */

import type { JobError, JobId } from "../../../core/job.ts";
import type { Parent } from "../../../core/ports.ts";
import { STATUSES } from "../../../core/transitions.ts";
import type { Redis } from "../script.ts";
import { reading } from "./guard.ts";
import { parse, ruleOf } from "./job.ts";

/** Jobs that one script is asked about: each may have many parents with large results. */
const CHUNK = 100;

const PARENTS = reading(
  "parents",
  String.raw`
local families = {}
for i, child in ipairs(A.ids) do
  local parents = {}
  for id, rule in (call('HGET', P .. ':job:' .. child, 'u') or ''):gmatch('(%d+)(%a)') do
    local v = call('HMGET', P .. ':job:' .. id, 's', 'S', 'N')
    if v[1] then
      parents[#parents + 1] = { id, rule, v, call('MGET', P .. ':result:' .. id, P .. ':error:' .. id) }
    end
  end
  families[i] = parents
end
return families`,
);

/** Id, rule, `[status, step, name]`, `[result, error]`. */
type ParentReply = readonly [
  string,
  string,
  readonly [string, string | null, string | null],
  readonly [string | null, string | null],
];

/** An entry for each id, in the order of the job's dependencies. */
export async function parents(
  redis: Redis,
  ids: readonly JobId[],
): Promise<ReadonlyMap<JobId, readonly Parent[]>> {
  const found = new Map<JobId, readonly Parent[]>();
  for (const chunk of inChunks(ids)) {
    const families = await redis.script<readonly (readonly ParentReply[])[]>(PARENTS, control(chunk));
    chunk.forEach((id, index) => found.set(id, families[index]!.map(toParent)));
  }
  return found;
}

function toParent([id, rule, [status, step, name], [result, error]]: ParentReply): Parent {
  return {
    id: Number(id),
    ...{ step, name },
    on: ruleOf(rule),
    status: STATUSES[Number(status)]!,
    result: parse(result),
    error: parse(error) as JobError | null,
  };
}

const CHILDREN = reading(
  "children",
  String.raw`
local kids = {}
for i, parent in ipairs(A.ids) do kids[i] = call('HKEYS', P .. ':kids:' .. parent) end
return kids`,
);

/** By rising id, each once. */
export async function children(redis: Redis, ids: readonly JobId[]): Promise<readonly JobId[]> {
  const found = new Set<JobId>();
  for (const chunk of inChunks(ids)) {
    const kids = await redis.script<readonly (readonly string[])[]>(CHILDREN, control(chunk));
    for (const kid of kids.flat()) found.add(Number(kid));
  }
  return [...found].sort((a, b) => a - b);
}

function control(ids: readonly JobId[]): string {
  return JSON.stringify({ ids: ids.map(String) });
}

function inChunks(ids: readonly JobId[]): readonly (readonly JobId[])[] {
  const chunks: JobId[][] = [];
  for (let i = 0; i < ids.length; i += CHUNK) chunks.push(ids.slice(i, i + CHUNK));
  return chunks;
}
