/** `gigq logs`: the bytes of a job, on a pipe and on a terminal, at once and while it runs. */

import { assertEquals } from "@std/assert";
import { command } from "../../src/library/jobs.ts";
import type { LogStream } from "../../src/core/ports.ts";
import { FAILED, NOW, QueueFixture } from "./fixture.ts";

const encoder = new TextEncoder();

/** A running job. */
async function running(): Promise<QueueFixture> {
  const fixture = await QueueFixture.open();
  await fixture.queue.submit(command(["true"]), { retries: 3 });
  await fixture.start();
  return fixture;
}

function write(
  fixture: QueueFixture,
  seq: number,
  data: string | Uint8Array,
  more: { attempt?: number; stream?: LogStream } = {},
): Promise<void> {
  const bytes = typeof data === "string" ? encoder.encode(data) : data;
  const { attempt = 1, stream = "stdout" } = more;
  return fixture.queue.store.appendLog([{ id: 1, attempt, seq, stream, at: NOW, data: bytes }]);
}

Deno.test("logs: both streams, in order, byte by byte", async () => {
  await using fixture = await running();
  await write(fixture, 0, "out \x1b[31m\r\n");
  await write(fixture, 1, "err\n", { stream: "stderr" });
  assertEquals(await fixture.gigq(["logs", "1"]), { code: 0, out: "out \x1b[31m\r\nerr\n", err: "" });
  assertEquals((await fixture.gigq(["logs", "1", "--stream", "stderr"])).out, "err\n");
  assertEquals((await fixture.gigq(["logs", "1", "--stream", "log"])).out, "");
});

Deno.test("logs: on a terminal control characters are shown, letters stay whole", async () => {
  await using fixture = await running();
  const letters = encoder.encode("ä\x07\u202e日\n");
  await write(fixture, 0, letters.slice(0, 1));
  await write(fixture, 1, "!", { stream: "stderr" });
  await write(fixture, 2, letters.slice(1));
  assertEquals((await fixture.gigq(["logs", "1"], { columns: 80 })).out, "!ä\\x07\\u{202e}日\n");
  assertEquals(
    (await fixture.gigq(["logs", "1", "--raw", "--stream=stdout"], { columns: 80 })).out,
    "ä\x07\u202e日\n",
  );
});

Deno.test("logs: the latest attempt, or the one asked for", async () => {
  await using fixture = await running();
  await write(fixture, 0, "first\n");
  const usage = { wallMs: 1, cpuMs: null, maxRssBytes: null, exitCode: 3, signal: null };
  await fixture.queue.store.finish([{
    id: 1,
    attempt: 1,
    outcome: { ...FAILED, retryAt: NOW } as typeof FAILED,
    usage,
  }], NOW);
  await fixture.start();
  await write(fixture, 0, "second\n", { attempt: 2 });
  assertEquals((await fixture.gigq(["logs", "1"])).out, "second\n");
  assertEquals((await fixture.gigq(["logs", "1", "--attempt", "1"])).out, "first\n");
  assertEquals(await fixture.gigq(["logs", "1", "--attempt", "3"]), {
    code: 3,
    out: "",
    err: "gigq: Job 1 has no attempt 3; it was started 2 times\n",
  });
});

Deno.test("logs: a log of many pieces", async () => {
  await using fixture = await running();
  const pieces = Array.from({ length: 600 }, (_, seq) => `${seq}\n`);
  await fixture.queue.store.appendLog(
    pieces.map((text, seq) => ({
      id: 1,
      attempt: 1,
      seq,
      stream: "stdout",
      at: NOW,
      data: encoder.encode(text),
    })),
  );
  assertEquals((await fixture.gigq(["logs", "1"])).out, pieces.join(""));
});

Deno.test("logs --json: an object a piece", async () => {
  await using fixture = await running();
  await write(fixture, 0, "hi\n");
  const { out } = await fixture.gigq(["logs", "1", "--json"]);
  assertEquals(JSON.parse(out), {
    id: 1,
    attempt: 1,
    stream: "stdout",
    at: "2026-01-31T22:00:00.000Z",
    text: "hi\n",
  });
});

Deno.test("logs -f: goes on until the job has ended", async () => {
  await using fixture = await running();
  await write(fixture, 0, "one\n");
  const following = fixture.gigq(["logs", "-f", "1"]);
  await write(fixture, 1, "two\n");
  const usage = { wallMs: 1, cpuMs: null, maxRssBytes: null, exitCode: 0, signal: null };
  await fixture.queue.store.finish([{
    id: 1,
    attempt: 1,
    outcome: { type: "completed", result: null },
    usage,
  }], NOW);
  assertEquals(await following, { code: 0, out: "one\ntwo\n", err: "" });
});
