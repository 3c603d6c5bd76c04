import { assertEquals } from "@std/assert";
import { mapFlags } from "../../../scripts/registry.ts";
import { testRegistry } from "../../architecture/test_registry.ts";

/** Without permissions nothing can be imported but what Deno knew of at the start, as in a program that is compiled. */
Deno.test("a program that imports @gigq/gigq/schedules has all of them, and needs no permissions", async () => {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: [
      ...["run", "--quiet", "--no-prompt", "--no-check", ...mapFlags(testRegistry())],
      "tests/library/schedules/whole_program.ts",
    ],
    cwd: new URL("../../../", import.meta.url),
    stdin: "null",
  }).output();
  assertEquals(new TextDecoder().decode(stderr), "");
  assertEquals([code, new TextDecoder().decode(stdout)], [
    0,
    "cron,interval,phrase true\n" +
    "cron 4 2026-01-04T01:00:00.000Z\n" +
    "phrase 2 2026-01-09T06:30:00.000Z\n" +
    "interval 3 2026-01-04T08:00:00.000Z\n",
  ]);
});
