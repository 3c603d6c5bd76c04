import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { DataError, UsageError } from "../../src/core/errors.ts";
import type { Json } from "../../src/core/json.ts";
import type { RunResult } from "../../src/core/ports.ts";
import { ModuleRunner, probeModule } from "../../src/runner/module.ts";
import { parent, runOne, TestContext } from "./context.ts";

const URL_OF_FIXTURE = new URL("./fixture_module.ts", import.meta.url).href;

/** Runs exports of the fixture, one after the other, in one runner. */
async function withRunner(
  test: (run: (name: string, params?: Json, context?: TestContext) => Promise<RunResult>) => Promise<void>,
): Promise<void> {
  const runner = new ModuleRunner();
  try {
    await test((name, params = null, context = new TestContext()) =>
      runOne(runner, { url: URL_OF_FIXTURE, export: name, params }, context)
    );
  } finally {
    await runner.close();
  }
}

Deno.test("an exported function gets params and context; its console is the job's log", async () => {
  await withRunner(async (run) => {
    const context = new TestContext([parent({ step: "first", result: [1] })]);
    assertEquals(await run("add", { a: 1, b: 2 }, context), {
      type: "completed",
      result: { sum: 3, id: 17, attempt: 2, parents: { first: [1] } },
    });
    assertEquals(context.text("stdout"), "adding { a: 1, b: 2 }\nline\n");
    assertEquals(context.text("stderr"), "to stderr\n");
    assertEquals(context.progressed, [{ done: 1 }]);
  });
});

Deno.test("a module knows the slot that it runs for, which is no part of its params", async () => {
  const runner = new ModuleRunner();
  try {
    const payload = { url: URL_OF_FIXTURE, export: "slot", params: { a: 1 } };
    const scheduled = { ...payload, $scheduled: { schedule: "nightly", at: 1_000 } };
    assertEquals(await runOne(runner, scheduled), {
      type: "completed",
      result: { params: { a: 1 }, scheduledAt: 1_000 },
    });
    assertEquals(await runOne(runner, payload), {
      type: "completed",
      result: { params: { a: 1 }, scheduledAt: null },
    });
  } finally {
    await runner.close();
  }
});

Deno.test("default exports, tasks and functions without a result work", async () => {
  await withRunner(async (run) => {
    assertEquals(await run("default"), { type: "completed", result: "default" });
    assertEquals(await run("asTask", 1), { type: "completed", result: 2 });
    assertEquals(await run("nothing"), { type: "completed", result: null });
  });
});

Deno.test("a thread is used again for the next job", async () => {
  await withRunner(async (run) => {
    assertEquals(await run("count"), { type: "completed", result: 1 });
    assertEquals(await run("count"), { type: "completed", result: 2 });
  });
});

Deno.test("what a module throws keeps class, message and its own part of the stack", async () => {
  await withRunner(async (run) => {
    const ended = await run("boom");
    assert(ended.type === "failed");
    assertEquals([ended.error?.class, ended.error?.message, ended.permanent], ["RangeError", "boom", false]);
    assertMatch(ended.error?.stack ?? "", /fixture_module\.ts/);
    assertEquals(ended.error?.stack?.includes("host.ts"), false);
    const permanent = await run("permanent");
    assertEquals(permanent.type === "failed" && permanent.permanent, true);
  });
});

Deno.test("stray rejections, uncaught errors and exits fail the job and not the process", async () => {
  await withRunner(async (run) => {
    const messages: unknown[] = [];
    for (const name of ["stray", "uncaught", "exit"]) {
      const ended = await run(name);
      messages.push(ended.type === "failed" && ended.error?.message);
      // The thread is not trusted with another job.
      assertEquals(await run("count"), { type: "completed", result: 1 });
    }
    assertEquals(messages, ["nobody awaits me", "out of nowhere", "The module called exit(3)"]);
  });
});

Deno.test("a result that is not JSON is a permanent failure", async () => {
  await withRunner(async (run) => {
    const ended = await run("notJson");
    assert(ended.type === "failed");
    assertEquals(ended.permanent, true);
    assertEquals(ended.error?.message, "result is a function, which JSON cannot carry");
  });
});

Deno.test("a busy loop ends when it is killed", async () => {
  await withRunner(async (run) => {
    const context = new TestContext();
    const running = run("busy", null, context);
    await context.said("busy");
    context.stop("timeout");
    context.end();
    assertEquals((await running).type, "failed");
    assertEquals(await run("default"), { type: "completed", result: "default" });
  });
});

Deno.test("the signal reaches the module, with its reason", async () => {
  await withRunner(async (run) => {
    const context = new TestContext();
    const running = run("untilStopped", null, context);
    await context.said("waiting");
    context.stop("cancel");
    const ended = await running;
    assertEquals(ended.type === "failed" && ended.error?.message, "stopped: cancel");
  });
});

Deno.test("missing exports and what is no function are permanent failures that say what is there", async () => {
  await withRunner(async (run) => {
    const missing = await run("nope");
    assert(missing.type === "failed");
    assertEquals(missing.permanent, true);
    assertMatch(missing.error?.message ?? "", /has no export "nope"; it exports .*add/);
    const value = await run("notAFunction");
    assertMatch(value.type === "failed" ? value.error?.message ?? "" : "", /is not a function but a number$/);
  });
});

Deno.test("a module that has changed is imported again", async () => {
  const dir = await Deno.makeTempDir();
  const runner = new ModuleRunner();
  const url = new URL(`file://${dir}/version.ts`).href;
  const results: unknown[] = [];
  for (const version of [1, 2]) {
    await Deno.writeTextFile(`${dir}/version.ts`, `export const work = (): number => ${version};\n`);
    await Deno.utime(`${dir}/version.ts`, version, version);
    const ended = await runOne(runner, { url, export: "work", params: null });
    results.push(ended.type === "completed" && ended.result);
  }
  await runner.close();
  await Deno.remove(dir, { recursive: true });
  assertEquals(results, [1, 2]);
});

Deno.test("permissions are refused where the platform's flag is missing", async () => {
  const runner = new ModuleRunner();
  const ended = await runOne(runner, { url: URL_OF_FIXTURE, export: "add", params: {}, permissions: "none" });
  assertMatch(ended.type === "failed" ? ended.error?.message ?? "" : "", /--unstable-worker-options/);
  await runner.close();
});

Deno.test("a probe accepts what can run and names what is wrong with the rest, in one line", async () => {
  const dir = await Deno.makeTempDir();
  await Deno.writeTextFile(`${dir}/throws.ts`, "throw new TypeError('not today');\n");
  await Deno.writeTextFile(`${dir}/syntax.ts`, "export const x number = 1;\n");
  await probeModule(URL_OF_FIXTURE, "add");
  await assertRejects(() => probeModule(URL_OF_FIXTURE, "nope"), UsageError, 'has no export "nope"');
  await assertRejects(() => probeModule(URL_OF_FIXTURE, "notAFunction"), UsageError, "is not a function");
  await assertRejects(() => probeModule(`file://${dir}/none.ts`, "x"), UsageError, "Module not found");
  const thrown = await assertRejects(() => probeModule(`file://${dir}/throws.ts`, "x"), DataError);
  assertMatch(thrown.message, /cannot be imported: TypeError: not today$/);
  const syntax = await assertRejects(() => probeModule(`file://${dir}/syntax.ts`, "x"), DataError);
  assertEquals(syntax.message.includes("\n"), false);
  await Deno.remove(dir, { recursive: true });
});
