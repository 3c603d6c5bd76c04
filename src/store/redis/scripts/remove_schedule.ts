import { compose } from "./compose.ts";
import { SCHEDULE_LIB } from "./lib/schedule.ts";
import { JOBS } from "./pieces.ts";

/** `ARGV[2]`: `{ request, id }`. Answers with 1 where there was one. */
export const REMOVE_SCHEDULE_SCRIPT = compose(
  "remove schedule",
  ...JOBS,
  SCHEDULE_LIB,
  String.raw`
local refused = guard('change')
if refused then return refused end
local answered = replay()
if answered then return tonumber(answered) end
local name = call('HGET', P .. ':schedule:' .. A.id, 'name')
if not name then return 0 end

evenWhenFull()
forgetSchedule(A.id, name)
changed = true
return commit(tonumber(remember('1')))
`,
);
