import { compose } from "./compose.ts";
import { JOBS } from "./pieces.ts";

/** `ARGV[2]`: `{ request, id }`. Answers with 1 where there was one. */
export const REMOVE_SCHEDULE_SCRIPT = compose(
  "remove schedule",
  ...JOBS,
  String.raw`
local refused = guard('change')
if refused then return refused end
local answered = replay()
if answered then return tonumber(answered) end
local key = P .. ':schedule:' .. A.id
local name = call('HGET', key, 'name')
if not name then return 0 end

evenWhenFull()
call('UNLINK', key, P .. ':firings:' .. A.id, P .. ':started:' .. A.id, P .. ':queued:' .. A.id)
call('HDEL', P .. ':schedules', name)
call('ZREM', P .. ':nextslots', A.id)
call('SREM', P .. ':open', A.id)
changed = true
return commit(tonumber(remember('1')))
`,
);
