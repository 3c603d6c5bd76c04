/**
 * `deno task test:crash`: the crash tests in their long form, a line of figures for each case. Takes paths or options
 * for `deno test`; `GIGQ_SEED` repeats a run, `GIGQ_SIZE_KILLS=50` (see `tests/crash/sizes.ts`) changes a size.
 *
 * The last line of stdout is `N passed, N failed`.
 */

import { takeRegistry } from "./registry.ts";
import { runTests } from "./test.ts";

const { registry, rest } = takeRegistry(Deno.args);
Deno.env.set("GIGQ_TEST_REGISTRY", registry);
Deno.env.set("GIGQ_CRASH", "long");
const { passed, failed } = await runTests(
  registry,
  "Crash tests",
  rest.length > 0 ? rest : ["tests/crash", "tests/faults"],
);
console.log(`${passed} passed, ${failed} failed`);
Deno.exit(failed === 0 ? 0 : 1);
