import { assertEquals } from "@std/assert";
import { Pipeline } from "../../src/engine/pipeline.ts";

interface Exchange {
  readonly begun: Promise<void>;
  end(): Promise<void>;
}

/** Begins an exchange that ends when it is told to. */
function begin(pipeline: Pipeline): Exchange {
  const { promise, resolve } = Promise.withResolvers<void>();
  const begun = pipeline.begin(() => promise);
  return { begun, end: () => (resolve(), promise.then(() => {})) };
}

/** One exchange alone, which asks for some jobs and is given some. */
async function exchange(pipeline: Pipeline, asked: number, given: number): Promise<void> {
  const { end } = begin(pipeline);
  pipeline.ask(asked);
  pipeline.answered(asked, given);
  await end();
  await pipeline.ended();
}

Deno.test("pipeline: where the store is here, one exchange follows the other", async () => {
  const pipeline = new Pipeline(false, 512, () => {});
  await exchange(pipeline, 512, 512);
  assertEquals(pipeline.part, Infinity);
  const first = begin(pipeline);
  assertEquals(pipeline.takes(512), false);
  let begun = false;
  void first.begun.then(() => begun = true);
  await Promise.resolve();
  assertEquals(begun, false);
  await first.end();
  await first.begun;
  assertEquals(pipeline.takes(1), true);
});

Deno.test("pipeline: where the store is far and has plenty, a second exchange begins beside the first", async () => {
  let ended = 0;
  const pipeline = new Pipeline(true, 512, () => ended++);
  assertEquals([pipeline.part, pipeline.takes(1), pipeline.takes(0)], [Infinity, true, false]);
  await exchange(pipeline, 512, 512);
  assertEquals([pipeline.part, ended], [256, 1]);
  const first = begin(pipeline);
  await first.begun;
  pipeline.ask(256);
  assertEquals([pipeline.takes(255), pipeline.takes(256), pipeline.asked], [false, true, 256]);
  const second = begin(pipeline);
  assertEquals(pipeline.takes(256), false);
  await first.end();
  await second.begun;
  assertEquals([pipeline.takes(256), ended], [true, 2]);
  await second.end();
  await pipeline.ended();
  assertEquals(pipeline.isEmpty, true);
});

Deno.test("pipeline: a claim that came back short beside another exchange asks for one more look", async () => {
  const pipeline = new Pipeline(true, 64, () => {});
  await exchange(pipeline, 64, 64);
  const [first, second] = [begin(pipeline), begin(pipeline)];
  pipeline.ask(32);
  pipeline.ask(32);
  assertEquals(pipeline.answered(32, 5), false);
  await first.end();
  await first.begun;
  assertEquals(pipeline.answered(32, 0), true);
  await second.end();
  await pipeline.ended();
  assertEquals(pipeline.part, Infinity);
  const alone = begin(pipeline);
  pipeline.ask(64);
  assertEquals(pipeline.answered(64, 0), false);
  await alone.end();
});

Deno.test("pipeline: few jobs at once are not worth a second exchange", async () => {
  const pipeline = new Pipeline(true, 8, () => {});
  await exchange(pipeline, 8, 8);
  const first = begin(pipeline);
  assertEquals([pipeline.takes(8), pipeline.part], [false, Infinity]);
  await first.end();
});
