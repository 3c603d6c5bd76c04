/** For `deno run --preload`: the command line on a machine whose clock is off by `GIGQ_TEST_SHIFT_MS`. */

import { shiftClock } from "../crash/shifted_clock.ts";

shiftClock(Number(Deno.env.get("GIGQ_TEST_SHIFT_MS")));
