import { compose } from "./compose.ts";
import { BATCH } from "./lib/batch.ts";
import { SCHEDULE_LIB } from "./lib/schedule.ts";
import { STARTS } from "./pieces.ts";

/**
 * `ARGV[2]`: see `Control` in `ops/advance.ts`; then definition (empty: it stays) and state, `A.entries` entries, and a
 * payload for each job of `A.fire`. Answers with what became of the jobs and the schedule's fields, or with nothing where
 * the step is not accepted.
 */
export const ADVANCE_SCRIPT = compose(
  "advance",
  ...STARTS,
  BATCH,
  SCHEDULE_LIB,
  String.raw`
local refused = guard('change')
if refused then return refused end
local key = P .. ':schedule:' .. A.id
local answered = replay()
if answered then return { answered, call('HGETALL', key) } end

local FIRST = 5
local payloads = FIRST + A.entries

-- Whether nothing was stored for the slot that is fired.
local function isFree(slot)
  local entry = entryAt(A.id, slot)
  local _, _, job, run = partsOf(entry or '0:gone:::')
  return job == '' and run == ''
end

if call('HGET', key, 'version') ~= A.version then return false end
if A.fire and not isFree(A.fire.slot) then return false end
local none = A.fire and missing(A.fire)
if none then return { cjson.encode({ missing = none }), {} } end

if not A.adds then evenWhenFull() end
-- The first write, since it is one that a server without memory refuses.
local fields = { 'version', fmt(tonumber(A.version) + 1), 'state', ARGV[4] }
if ARGV[3] ~= '' then
  fields[5], fields[6] = 'definition', ARGV[3]
end
putSchedule(A.id, A.nextAt, fields)
local answer, job, run = '{"first":0,"count":0,"workflow":null}', '', ''
if A.fire then
  local size = #ARGV - payloads + 1
  local ids, created, workflow = enqueue(A.fire, size, inTurn(A.fire, payloads))
  answer = toAnswer(size, ids, created, workflow)
  if workflow then run = workflow else job = ids[1] or '' end
end
for i = FIRST, payloads - 1 do
  local entry = ARGV[i]
  if A.fire then
    local slot, status, _, _, rest = partsOf(entry)
    if slot == A.fire.slot then entry = table.concat({ slot, status, job, run, rest }, ':') end
  end
  putEntry(A.id, entry)
end
noteOpen(A.id)
if A.shortens then shorten(A.id) end
changed = true
remember(answer)
return commit({ answer, call('HGETALL', key) })
`,
);
