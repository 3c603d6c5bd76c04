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

-- Which attempts were handed out: most are the first ones of jobs in a row, such as 12+3:1 for jobs 12 to 15.
local function noteOf(list)
  local notes, from, last, attempt = {}, nil, nil, nil
  for i = 1, #list + 1 do
    local j = list[i]
    local id = j and tonumber(j.id)
    if not (j and from and id == last + 1 and j.n == attempt) then
      if from then notes[#notes + 1] = fmt(from) .. '+' .. fmt(last - from) .. ':' .. attempt end
      from, attempt = id, j and j.n
    end
    last = id
  end
  return table.concat(notes, ',')
end

-- What was handed out before, as far as it is still held.
local function stillHeld(notes)
  local list = {}
  for from, more, attempt in notes:gmatch('(%d+)%+(%d+):(%d+)') do
    for id = tonumber(from), tonumber(from) + tonumber(more) do
      local j = load(fmt(id))
      if j and j.s == '3' and j.n == attempt then list[#list + 1] = j end
    end
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

evenWhenFull()
expire()
promote()
local lanes = wantedLanes()
local picked = A.workflow and fromRun(lanes, A.workflow, A.limit) or fromLanes(lanes, A.limit)
local list = {}
for i = 1, #picked do
  local j = load(picked[i])
  if j then
    handOut(j)
    list[#list + 1] = j
  end
end
if #list > 0 then
  changed = true
  if call('HSETNX', P .. ':workers', WORKER, A.info) == 1 then call('SADD', P .. ':host:' .. A.host, WORKER) end
  remember(noteOf(list))
end
return commit('{' .. claimedText(list) .. ',' .. nextTimes(lanes) .. '}')
`,
);
