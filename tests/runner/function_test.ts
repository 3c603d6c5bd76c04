import { assert, assertEquals } from "@std/assert";
import { PermanentError } from "../../src/core/errors.ts";
import { FunctionRunner, type TaskBody } from "../../src/runner/function.ts";
import { parent, runOne, TestContext } from "./context.ts";

function runnerOf(body: TaskBody): FunctionRunner {
  return new FunctionRunner(new Map([["work", body]]));
}

const payload = { task: "work", params: { n: 2 } };

Deno.test("a function gets its params and gives its result", async () => {
  const runner = runnerOf(({ n }: { n: number }) => n * 21);
  assertEquals(runner.routes, ["function:work"]);
  assertEquals(await runOne(runner, payload), { type: "completed", result: 42 });
});

Deno.test("a function knows the slot that it runs for, which is no part of its params", async () => {
  const runner = runnerOf((params, { scheduledAt }) => ({ params, scheduledAt }));
  assertEquals(await runOne(runner, { ...payload, $scheduled: { schedule: "nightly", at: 1_000 } }), {
    type: "completed",
    result: { params: { n: 2 }, scheduledAt: 1_000 },
  });
  assertEquals(await runOne(runner, payload), {
    type: "completed",
    result: { params: { n: 2 }, scheduledAt: null },
  });
});

Deno.test("nothing returned is null", async () => {
  assertEquals(await runOne(runnerOf(() => {}), payload), { type: "completed", result: null });
});

Deno.test("what it throws is the error, with class and stack; PermanentError is permanent", async () => {
  const thrown = await runOne(
    runnerOf(() => {
      throw new RangeError("too far");
    }),
    payload,
  );
  assert(thrown.type === "failed");
  assertEquals([thrown.error?.class, thrown.error?.message, thrown.permanent], [
    "RangeError",
    "too far",
    false,
  ]);
  assert(thrown.error?.stack?.includes("function_test.ts"));
  const permanent = await runOne(runnerOf(() => Promise.reject(new PermanentError("gone"))), payload);
  assertEquals(permanent.type === "failed" && permanent.permanent, true);
});

Deno.test("an unknown task is a permanent failure that names it", async () => {
  const ended = await runOne(runnerOf(() => {}), { task: "other", params: null });
  assert(ended.type === "failed");
  assertEquals(ended.permanent, true);
  assert(ended.error?.message.includes('"other"'));
});

Deno.test("its context tells who it is, what came before, and takes progress and lines", async () => {
  const context = new TestContext([
    parent({ id: 5, step: "fetch", name: "ignored", result: { rows: 3 } }),
    parent({ id: 6, name: "named", status: "failed", error: { class: "E", message: "m" } }),
    parent({ id: 7, result: "by id" }),
  ]);
  const ended = await runOne(
    runnerOf((_params, { id, attempt, parents, parent, log, progress }) => {
      log("line", { a: 1 });
      progress(0.5);
      return { id, attempt, parents, failed: parent("named").error?.message };
    }),
    payload,
    context,
  );
  assertEquals(ended, {
    type: "completed",
    result: {
      id: 17,
      attempt: 2,
      parents: { fetch: { rows: 3 }, named: null, 7: "by id" },
      failed: "m",
    },
  });
  assertEquals(context.logs, [{ stream: "stdout", text: "line { a: 1 }\n" }]);
  assertEquals(context.progressed, [0.5]);
});

Deno.test("a parent that is not there is named, with those that are", async () => {
  const context = new TestContext([parent({ step: "fetch" })]);
  const ended = await runOne(runnerOf((_params, ctx) => ctx.parent("parse")), payload, context);
  assertEquals(ended.type === "failed" && ended.error?.message, 'No parent "parse"; there are fetch');
});

Deno.test("names a job gives to its parents stand in place of the steps' own", async () => {
  const context = new TestContext([parent({ step: "fetch", result: 1 })]);
  const aliased = { ...payload, $parents: { input: "fetch" } };
  const ended = await runOne(runnerOf((_params, ctx) => ctx.parents), aliased, context);
  assertEquals(ended, { type: "completed", result: { input: 1 } });
});

Deno.test("the signal is the attempt's", async () => {
  const context = new TestContext();
  const running = runOne(
    runnerOf((_params, { signal }) =>
      new Promise((resolve) => signal.addEventListener("abort", () => resolve(signal.reason)))
    ),
    payload,
    context,
  );
  context.stop("cancel");
  assertEquals(await running, { type: "completed", result: "cancel" });
});
