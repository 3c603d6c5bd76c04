import { assertEquals } from "@std/assert";
import { DataError, LostError } from "../../src/core/errors.ts";
import type { Json } from "../../src/core/json.ts";
import type { Runner, RunResult } from "../../src/core/ports.ts";
import { FunctionRunner, type TaskBody } from "../../src/runner/function.ts";
import { ModuleRunner } from "../../src/runner/module.ts";
import { runOne, TestContext } from "./context.ts";
import * as bodies from "./resume_module.ts";

type Run = (name: keyof typeof bodies, context?: TestContext, params?: Json) => Promise<RunResult>;

const URL_OF_BODIES = new URL("./resume_module.ts", import.meta.url).href;

const WAYS: Readonly<
  Record<string, () => { readonly runner: Runner; readonly payload: (name: string) => object }>
> = {
  "a function": () => ({
    runner: new FunctionRunner(new Map(Object.entries(bodies) as [string, TaskBody][])),
    payload: (name) => ({ task: name }),
  }),
  "a module": () => ({
    runner: new ModuleRunner(),
    payload: (name) => ({ url: URL_OF_BODIES, export: name }),
  }),
};

/** The same for both ways to run a body. */
function both(what: string, test: (run: Run) => Promise<void>): void {
  for (const [way, make] of Object.entries(WAYS)) {
    Deno.test(`${way} ${what}`, async () => {
      const { runner, payload } = make();
      try {
        await test((name, context = new TestContext(), params = null) =>
          runOne(runner, { ...payload(name), params }, context)
        );
      } finally {
        await runner.close?.();
      }
    });
  }
}

function completed(result: Json): RunResult {
  return { type: "completed", result };
}

both("saves checkpoints, and is given the one of before", async (run) => {
  const context = new TestContext();
  context.checkpoint = { value: { at: 0 }, steps: {}, attempt: 1, at: 0 };
  assertEquals(await run("checkpoint", context), completed({ at: 0 }));
  assertEquals(context.saved, [{ checkpoint: { at: 1 } }, { checkpoint: { at: 2 } }]);
  assertEquals(await run("checkpoint"), completed(null));
});

both("does not do a step again, and sees of its results what JSON makes of them", async (run) => {
  const context = new TestContext();
  context.checkpoint = { value: null, steps: { known: "earlier" }, attempt: 1, at: 0 };
  const date = "1970-01-01T00:00:00.000Z";
  assertEquals(
    await run("steps", context),
    completed({ known: "earlier", date, nothing: null, again: date, runs: 1 }),
  );
  assertEquals(context.saved, [{ steps: { date } }, { steps: { nothing: null } }]);
});

both("runs a step once that is asked for twice at the same time", async (run) => {
  const context = new TestContext();
  assertEquals(await run("together", context), completed([1, 1, 2, 2]));
  assertEquals(context.saved, [{ steps: { a: 1 } }, { steps: { b: 2 } }]);
});

both("may do a step again that has failed", async (run) => {
  const context = new TestContext();
  assertEquals(await run("failing", context), completed(["RangeError: first", 2]));
  assertEquals(context.saved, [{ steps: { a: 2 } }]);
});

both("hears why something was not saved", async (run) => {
  const context = new TestContext();
  context.answer = () => Promise.reject(new DataError("no room"));
  const ended = await run("refused", context);
  assertEquals(ended.type === "completed" && ended.result, [
    'DataError: The result of step "fn" is a function, which JSON cannot carry',
    "DataError: The checkpoint is NaN, which JSON cannot carry",
    "DataError: no room",
  ]);
});

both("hears that another attempt owns the job", async (run) => {
  const context = new TestContext();
  context.answer = () => Promise.reject(new LostError("lost it"));
  const ended = await run("checkpoint", context);
  assertEquals(ended.type === "failed" && [ended.error?.class, ended.error?.message], [
    "LostError",
    "lost it",
  ]);
});

both("may save without waiting, whatever becomes of it", async (run) => {
  const context = new TestContext();
  const answered = Promise.withResolvers<void>();
  context.answer = () => {
    queueMicrotask(answered.resolve);
    return Promise.reject(new LostError("lost it"));
  };
  assertEquals(await run("dropping", context), completed("done"));
  await answered.promise;
  // The next job runs in the same place: nothing of the first one fails it.
  assertEquals(await run("dropping", context), completed("done"));
});

both("names the wait before its next attempt", async (run) => {
  const waits = async (how: string): Promise<unknown> => {
    const ended = await run("waits", new TestContext(), { how });
    return ended.type === "failed" && [ended.error?.class, ended.error?.message, ended.retryAfterMs];
  };
  assertEquals(await waits("thrown"), ["RetryAfter", "rate limited", 300_000]);
  assertEquals(await waits("noted"), ["Error", "something else", 1_500]);
  assertEquals(await waits("carried"), ["Error", "busy", 2_000]);
  assertEquals(await waits("bad"), ["UsageError", 'Duration "soon" is not understood', undefined]);
  assertEquals(await waits("odd"), ["Error", "odd", undefined]);
});

both("gets its secrets by name, and others not at all", async (run) => {
  const context = new TestContext();
  context.secrets = { TOKEN: "hunter2-secret" };
  assertEquals(await run("secret", context, "TOKEN"), completed("hunter2-secret"));
  const ended = await run("secret", context, "toString");
  assertEquals(ended.type === "failed" && ended.error?.message, 'No secret "toString"; it declares TOKEN');
  const without = await run("secret");
  assertEquals(
    without.type === "failed" && without.error?.message,
    'No secret "TOKEN"; this job declares none',
  );
});
