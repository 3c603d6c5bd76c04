import { compose } from "./compose.ts";
import { JOBS } from "./pieces.ts";

/**
 * Puts the final jobs of a page of ids into `:ended`, where a store is given a limit that it did not have. `ARGV[2]`:
 * `{ page, from, count }`: the bits to look at.
 */
export const INDEX_HISTORY_SCRIPT = compose(
  "index history",
  ...JOBS,
  String.raw`
local refused = guard('change')
if refused then return refused end
local key = P .. ':ids:' .. A.page
for bit = A.from, A.from + A.count - 1 do
  if call('GETBIT', key, fmt(bit)) == 1 then
    local j = load(fmt(tonumber(A.page) * 32768 + bit))
    if isFinal(j) then put('ZADD', P .. ':ended', j.e, j.id) end
  end
end
return commit('')
`,
);
