import { assertEquals } from "@std/assert";
import {
  type ClaimedJob,
  JobQueue,
  type RunContext,
  type Runner,
  type RunResult,
  Worker,
} from "../../mod.ts";

/** A kind of its own: turns text around. */
class Reverse implements Runner {
  readonly kind = "reverse";
  readonly routes = ["reverse"];
  closed = 0;

  run(job: ClaimedJob, context: RunContext): Promise<RunResult> {
    const text = String(job.payload.text);
    context.log("stdout", `turning ${text}\n`);
    if (text === "") {
      const error = { class: "Empty", message: "There is nothing to turn" };
      return Promise.resolve({ type: "failed", reason: "error", error, permanent: true });
    }
    return Promise.resolve({ type: "completed", result: [...text].toReversed().join("") });
  }

  close(): Promise<void> {
    this.closed++;
    return Promise.resolve();
  }
}

Deno.test("a custom kind is claimed, run, logged and closed like the built-in ones", async () => {
  await using queue = await JobQueue.open(":memory:");
  const [good, bad] = await queue.submitMany([
    { kind: "reverse", payload: { text: "abc" }, options: {} },
    { kind: "reverse", payload: { text: "" }, options: { retries: 5 } },
  ]);
  const runner = new Reverse();
  await new Worker(queue, { runners: [runner] }).drain();
  assertEquals((await queue.get(good!)).result, "cba");
  const failed = await queue.get(bad!);
  assertEquals([failed.status, failed.attempt, failed.error?.class], ["failed", 1, "Empty"]);
  const [chunk] = await queue.logs(good!);
  assertEquals(new TextDecoder().decode(chunk!.data), "turning abc\n");
  assertEquals(runner.closed, 1);
});

Deno.test("jobs of a kind that nobody registered wait", async () => {
  await using queue = await JobQueue.open(":memory:");
  const id = await queue.submit({ kind: "reverse", payload: { text: "abc" }, options: {} });
  await new Worker(queue).drain();
  assertEquals((await queue.get(id)).status, "ready");
});
