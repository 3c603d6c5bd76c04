import { compose } from "./compose.ts";
import { CLAIMED } from "./lib/claimed.ts";
import { DUE } from "./lib/due.ts";
import { LANES } from "./lib/lanes.ts";
import { PICK } from "./lib/pick.ts";
import { ENDS } from "./pieces.ts";

const HAND_OUT = String.raw`
local WORKER = A.worker

local function handOut(j)
  count(j.l, '2', j.v, -1)
  count(j.l, '3', j.v, 1)
  if j.v then put('ZREM', P .. ':run:' .. j.v .. ':ready', member(j.id)) end
  put('ZADD', RUNNING, A.leaseUntil, j.id)
  if j.y then
    put('ZREM', P .. ':startby', j.id)
    unset(j, 'y')
  end
  j.s, j.n, j.b, j.w, j.a = '3', fmt(tonumber(j.n or '0') + 1), NOW, WORKER, j.a or NOW
  call('HSET', P .. ':job:' .. j.id, 's', '3', 'n', j.n, 'b', NOW, 'w', WORKER, 'a', j.a)
end

-- What was handed out before, as far as it is still held.
local function stillHeld(answered)
  local list = {}
  for id, attempt in answered:gmatch('(%d+):(%d+)') do
    local j = load(id)
    if j and j.s == '3' and j.n == attempt and j.w == WORKER then list[#list + 1] = j end
  end
  return list
end
`;

/** `ARGV[2]`: see `Control` in `ops/claim.ts`. */
export const CLAIM_SCRIPT = compose(
  "claim",
  ...ENDS,
  CLAIMED,
  DUE,
  LANES,
  PICK,
  HAND_OUT,
  String.raw`
local refused = guard('claim')
if refused == 'sealed' then return '{' .. claimedText({}) .. ',"nextAt":null,"nextRetryAt":null}' end
if refused then return refused end
local answered = replay()
if answered then return '{' .. claimedText(stillHeld(answered)) .. ',' .. nextTimes(wantedLanes()) .. '}' end

expire()
promote()
local lanes = wantedLanes()
local picked = A.workflow and fromRun(lanes, A.workflow, A.limit) or fromLanes(lanes, A.limit)
local list, attempts = {}, {}
for i = 1, #picked do
  local j = load(picked[i])
  if j then
    handOut(j)
    list[#list + 1] = j
    attempts[#attempts + 1] = j.id .. ':' .. j.n
  end
end
if #list > 0 then
  changed = true
  if call('HSETNX', P .. ':workers', WORKER, A.info) == 1 then call('SADD', P .. ':host:' .. A.host, WORKER) end
  remember(table.concat(attempts, ','))
end
return commit('{' .. claimedText(list) .. ',' .. nextTimes(lanes) .. '}')
`,
);
