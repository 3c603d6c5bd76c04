import { compose } from "./compose.ts";
import { JOBS } from "./pieces.ts";

/** `ARGV[2]`: `{ until? }`; from `ARGV[3]` on the causes. Answers with those there are, in that order. */
export const MUTE_SCRIPT = compose(
  "mute",
  ...JOBS,
  String.raw`
local refused = guard('change')
if refused then return refused end
local found = {}
for i = 3, #ARGV do
  local key = P .. ':cause:' .. ARGV[i]
  if call('EXISTS', key) == 1 then
    if A['until'] then call('HSET', key, 'mutedUntil', A['until']) else call('HDEL', key, 'mutedUntil') end
    found[#found + 1] = ARGV[i]
    changed = true
  end
end
return commit('[' .. table.concat(found, ',') .. ']')
`,
);
