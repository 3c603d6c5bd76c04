/** The program itself, as a process: exit codes, pipes, the environment. Few, since each start costs. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { command } from "../../src/library/jobs.ts";
import { testRegistry } from "../architecture/test_registry.ts";
import { FAILED, QueueFixture } from "./fixture.ts";

const MAIN = new URL("../../main.ts", import.meta.url).href;
const NPM = ["--import-map", new URL("../../npm/import_map.json", import.meta.url).href];
const RUN = ["run", "-A", "--no-check", "--no-lock", ...testRegistry() === "npm" ? NPM : [], MAIN];

function program(
  fixture: QueueFixture,
  argv: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Deno.Command {
  return new Deno.Command(Deno.execPath(), {
    args: [...RUN, ...argv],
    cwd: fixture.folder,
    env: { XDG_CONFIG_HOME: fixture.folder, ...env },
    stdout: "piped",
    stderr: "piped",
  });
}

async function output(child: Deno.Command): Promise<[number, string, string]> {
  const { code, stdout, stderr } = await child.output();
  return [code, new TextDecoder().decode(stdout), new TextDecoder().decode(stderr)];
}

Deno.test("program: works on gigq.db of the current folder, or what GIGQ_DB names", async () => {
  await using fixture = await QueueFixture.open();
  await fixture.queue.submit(command(["true"]), { name: "here" });
  const [code, out, err] = await output(program(fixture, ["list", "--json"]));
  assertEquals([code, JSON.parse(out).name, err], [0, "here", ""]);
  const [missing, nothing, told] = await output(program(fixture, ["list"], { GIGQ_DB: "other.db" }));
  assertEquals([missing, nothing], [69, ""]);
  assertStringIncludes(told, "other.db");
});

Deno.test("program: the exit code of what was waited for", async () => {
  await using fixture = await QueueFixture.open();
  await fixture.queue.submit(command(["false"]));
  await fixture.finish(FAILED, 3);
  assertEquals(await output(program(fixture, ["wait", "1"])), [3, "", ""]);
});

Deno.test("program: wrong use gives one line and 2", async () => {
  await using fixture = await QueueFixture.open();
  assertEquals(await output(program(fixture, ["lst"])), [
    2,
    "",
    'gigq: Unknown command "lst"; did you mean "list"?\n',
  ]);
});

Deno.test("program: a closed pipe on stdout ends it quietly", async () => {
  await using fixture = await QueueFixture.open();
  const jobs = Array.from({ length: 3_000 }, () => command(["true"], { name: "x".repeat(100) }));
  await fixture.queue.submitMany(jobs);
  const child = program(fixture, ["list", "--json"]).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  await reader.cancel();
  const told = await child.stderr.text();
  assertEquals([(await child.status).code, told], [0, ""]);
});
