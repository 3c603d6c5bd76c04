import { compose } from "./compose.ts";
import { SCHEDULE_LIB } from "./lib/schedule.ts";
import { JOBS } from "./pieces.ts";

/**
 * `ARGV[2]`: `{ now, request, name, nextAt? }`; definition and state follow. Answers with the id, or with nothing when
 * there is one of this name.
 */
export const ADD_SCHEDULE_SCRIPT = compose(
  "add schedule",
  ...JOBS,
  SCHEDULE_LIB,
  String.raw`
local refused = guard('change')
if refused then return refused end
local answered = replay()
if answered then return answered end
if call('HEXISTS', P .. ':schedules', A.name) == 1 then return false end

local id = fmt(call('HINCRBY', P .. ':meta', 'schedule', '1'))
nameSchedule(id, A.name)
putSchedule(id, A.nextAt, {
  'name', A.name, 'version', '1', 'createdAt', NOW, 'definition', ARGV[3], 'state', ARGV[4]
})
changed = true
return commit(remember(id))
`,
);
