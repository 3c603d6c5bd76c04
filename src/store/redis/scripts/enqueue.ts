import { compose } from "./compose.ts";
import { BATCH } from "./lib/batch.ts";
import { STARTS } from "./pieces.ts";

/** `ARGV[2]`: see `Control` in `ops/enqueue.ts`; from `ARGV[3]` on a payload a job. */
export const ENQUEUE_SCRIPT = compose(
  "enqueue",
  ...STARTS,
  BATCH,
  String.raw`
local refused = guard('change')
if refused then return refused end
local answered = replay()
if answered then return answered end
local none = missing(A)
if none then return cjson.encode({ missing = none }) end

local size = #ARGV - 2
local ids, created, run = enqueue(A, size, inTurn(A, 3))
return commit(remember(toAnswer(size, ids, created, run)))
`,
);
