import { compose } from "./compose.ts";
import { CAUSE } from "./lib/cause.ts";
import { CHANGES } from "./lib/changes.ts";
import { REQUEUE } from "./lib/requeue.ts";
import { UNIQUE } from "./lib/unique.ts";
import { ENDS } from "./pieces.ts";

/** `ARGV[2]`: see `Control` in `ops/requeue.ts`; from `ARGV[3]` on the ids. */
export const REQUEUE_SCRIPT = compose(
  "requeue",
  ...ENDS,
  UNIQUE,
  CAUSE,
  REQUEUE,
  CHANGES,
  String.raw`
local refused = guard('change')
if refused then return refused end
local answered = replay()
if answered then return answered end

-- Parents first (their ids are always lower), so that each job sees its parents as they stand afterwards.
local order, started = {}, {}
for i = 3, #ARGV do order[i - 2] = ARGV[i] end
table.sort(order, function(a, b) return member(a) < member(b) end)

local function again(j)
  if not requeueOne(j) then return REFUSED end
  started[#started + 1] = j
  return DONE
end

if #A.canaries == 0 then
  changeEach(order, again)
else
  local isCanary, first = {}, {}
  for _, id in ipairs(A.canaries) do isCanary[id] = true end
  for _, id in ipairs(order) do
    if isCanary[id] then first[#first + 1] = id end
  end
  changeEach(first, again)
  local earlier = above(started)
  changeEach(order, function(j) return holdOne(j, started, earlier) and DONE or REFUSED end)
end
return answers()
`,
);
