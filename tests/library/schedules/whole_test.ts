import { assertEquals, assertStringIncludes } from "@std/assert";
import { mapFlags } from "../../../scripts/registry.ts";
import { testRegistry } from "../../architecture/test_registry.ts";

async function run(program: string): Promise<{ code: number; out: string; err: string }> {
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", "--no-check", ...mapFlags(testRegistry()), program],
    cwd: new URL("../../../", import.meta.url),
    env: { NO_COLOR: "1" },
    stdin: "null",
  }).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out: out!, err: err! };
}

/** Without permissions nothing can be imported but what Deno knew of at the start, as in a program that is compiled. */
Deno.test("a program that imports @gigq/gigq/schedules has all of them, and needs no permissions", async () => {
  const { code, out, err } = await run("tests/library/schedules/whole_program.ts");
  assertEquals(err, "");
  assertEquals([code, out], [
    0,
    "cron,interval,phrase true\n" +
    "cron 4 2026-01-04T01:00:00.000Z\n" +
    "phrase 2 2026-01-09T06:30:00.000Z\n" +
    "interval 3 2026-01-04T08:00:00.000Z\n",
  ]);
});

Deno.test("a program that may not read the parts of schedules is told what to import", async () => {
  const { code, err } = await run("tests/library/schedules/part_program.ts");
  assertEquals(code, 1);
  assertStringIncludes(
    err,
    'ConfigError: The parts of schedules cannot be loaded; import "@gigq/gigq/schedules" once, anywhere in the program: ' +
      "Requires read access to",
  );
});
