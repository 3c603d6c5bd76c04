import { assert, assertEquals } from "@std/assert";
import type { LogChunk, RunResult } from "../../src/core/ports.ts";
import { LogSink } from "../../src/engine/log_sink.ts";
import { MemoryStore } from "../../src/store/memory/store.ts";
import { settle } from "../../src/testing/mod.ts";
import { done, job, rig, spy } from "./rig.ts";

const text = (chunks: readonly LogChunk[]): string =>
  chunks.map(({ data }) => new TextDecoder().decode(data)).join("");
const size = (chunks: readonly LogChunk[]): number => chunks.reduce((sum, { data }) => sum + data.length, 0);

Deno.test("output within the bound is kept whole, in order, by stream", () => {
  const sink = new LogSink(1, 1, 1_000);
  sink.write("stdout", "one\n", 1);
  sink.write("stdout", "two\n", 2);
  sink.write("stderr", "oops\n", 3);
  sink.write("stdout", "three\n", 4);
  const chunks = sink.end(5);
  assertEquals(chunks.map(({ stream, seq, data }) => [stream, seq, new TextDecoder().decode(data)]), [
    ["stdout", 0, "one\ntwo\n"],
    ["stderr", 1, "oops\n"],
    ["stdout", 2, "three\n"],
  ]);
});

Deno.test("output of exactly the bound is not cut", () => {
  const sink = new LogSink(1, 1, 1_000);
  for (let i = 0; i < 100; i++) sink.write("stdout", "0123456789", i);
  assertEquals(text(sink.end(0)), "0123456789".repeat(100));
});

Deno.test("beyond the bound, head and tail stay and a marker says what was cut", () => {
  const sink = new LogSink(1, 1, 100);
  const lines = Array.from({ length: 100 }, (_, i) => `line ${String(i).padStart(4, "0")}\n`).join("");
  for (const byte of lines) sink.write("stdout", byte, 0);
  const chunks = sink.end(0);
  const kept = chunks.filter(({ stream }) => stream === "stdout");
  assertEquals(size(kept), 100);
  assertEquals(text(chunks), `${lines.slice(0, 50)}[… 900 bytes cut …]\n${lines.slice(-50)}`);
  assertEquals(chunks.map(({ seq }) => seq), chunks.map((_, i) => i));
});

Deno.test("one write larger than the bound is cut like many small ones", () => {
  const sink = new LogSink(1, 1, 100);
  sink.write("stdout", new TextEncoder().encode("a".repeat(500) + "z".repeat(500)), 0);
  assertEquals(text(sink.end(0)), `${"a".repeat(50)}[… 900 bytes cut …]\n${"z".repeat(50)}`);
});

Deno.test("output that changes streams at every byte stays bounded in chunks too", () => {
  const sink = new LogSink(1, 1);
  for (let i = 0; i < 150_000; i++) sink.write(i % 2 === 0 ? "stdout" : "stderr", "x", 0);
  const chunks = sink.end(0);
  assert(chunks.length <= 40_001);
  assertEquals(size(chunks.filter(({ stream }) => stream !== "log")) + 110_000, 150_000);
});

Deno.test("what was taken is not given again", () => {
  const sink = new LogSink(1, 1, 1_000);
  sink.write("stdout", "a", 0);
  assertEquals(text(sink.take()), "a");
  assertEquals(sink.pendingBytes, 0);
  sink.write("stdout", "b", 0);
  assertEquals(text(sink.end(0)), "b");
});

Deno.test("output reaches the store while the job runs, and the rest before its finish, in the same turn", async () => {
  const { store, calls } = spy(new MemoryStore());
  let release: (result: RunResult) => void = () => {};
  const r = rig((_claimed, context) => {
    context.log("stdout", "early\n");
    return new Promise((resolve) =>
      release = (result) => {
        context.log("stderr", "late\n");
        resolve(result);
      }
    );
  }, { store });
  await store.enqueue({ jobs: [job()] }, r.clock.now());
  await r.start();
  await r.clock.advance(200);
  assertEquals(text(await store.readLog(1)), "early\n");
  release(done);
  await r.finish();
  assertEquals(text(await store.readLog(1)), "early\nlate\n");
  const last = calls.findLast(({ verb }) => verb === "appendLog")!;
  const finish = calls.find(({ verb }) => verb === "finish")!;
  assertEquals(finish.turn, last.turn);
});

Deno.test("output that the store refuses for a while is not lost", async () => {
  const { BusyError } = await import("../../src/core/errors.ts");
  const { store, errors } = spy(new MemoryStore());
  errors.appendLog = [new BusyError("locked"), new BusyError("locked")];
  const r = rig((_claimed, context) => {
    context.log("stdout", "kept\n");
    return done;
  }, { store });
  await store.enqueue({ jobs: [job()] }, r.clock.now());
  await r.finish();
  assertEquals(text(await store.readLog(1)), "kept\n");
});

Deno.test("a job has not ended before all of its output is stored, though some was under way when it ended", async () => {
  const { store, calls } = spy(new MemoryStore());
  const append = store.appendLog.bind(store);
  const { promise: slow, resolve } = Promise.withResolvers<void>();
  store.appendLog = async (chunks) => {
    await append(chunks);
    await slow;
  };
  let end: (result: RunResult) => void = () => {};
  const found: string[] = [];
  const r = rig((_claimed, context) => {
    context.log("stdout", "early\n");
    return new Promise((resolve) =>
      end = (result) => {
        context.log("stdout", "late\n");
        resolve(result);
      }
    );
  }, {
    store,
    concurrency: 1,
    mode: "run",
    onEvent: ({ type }) =>
      type === "finished" && void store.readLog(1).then((chunks) => found.push(text(chunks))),
  });
  await store.enqueue({ jobs: [job()] }, r.clock.now());
  await r.start();
  await r.clock.advance(200);
  end(done);
  await settle();
  assertEquals(calls.filter(({ verb }) => verb === "finish"), []);
  resolve();
  await settle();
  assertEquals(found, ["early\nlate\n"]);
  r.engine.stop();
  await r.finish();
});
