import assert from "node:assert/strict";
import type { LogChunk, LogStream } from "../../core/ports.ts";
import { type Cases, T } from "./kit.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function chunk(id: number, seq: number, text: string, stream: LogStream = "stdout", attempt = 1): LogChunk {
  return { id, attempt, seq, stream, at: T + seq, data: encoder.encode(text) };
}

function texts(chunks: readonly LogChunk[]): string[] {
  return chunks.map((one) => decoder.decode(one.data));
}

export const logCases: Cases = {
  "chunks come back as they went in, byte for byte": async ({ store, one }) => {
    const id = await one();
    const data = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    await store.appendLog([{ id, attempt: 1, seq: 1, stream: "stderr", at: T + 3, data }]);
    data.fill(0);
    const [stored] = await store.readLog(id);
    assert.deepEqual([stored!.id, stored!.attempt, stored!.seq, stored!.stream, stored!.at], [
      id,
      1,
      1,
      "stderr",
      T + 3,
    ]);
    assert.ok(stored!.data instanceof Uint8Array);
    assert.deepEqual([...stored!.data], Array.from({ length: 256 }, (_, byte) => byte));
  },

  "an empty chunk is a chunk": async ({ store, one }) => {
    const id = await one();
    await store.appendLog([chunk(id, 1, "")]);
    assert.deepEqual(texts(await store.readLog(id)), [""]);
  },

  "chunks are read in the order of their numbers": async ({ store, one }) => {
    const id = await one();
    await store.appendLog([chunk(id, 2, "b"), chunk(id, 10, "c")]);
    await store.appendLog([chunk(id, 1, "a")]);
    assert.deepEqual(texts(await store.readLog(id)), ["a", "b", "c"]);
  },

  "only chunks after a number, of a stream, at most so many": async ({ store, one }) => {
    const id = await one();
    await store.appendLog([
      chunk(id, 1, "o1"),
      chunk(id, 2, "e1", "stderr"),
      chunk(id, 3, "o2"),
      chunk(id, 4, "l1", "log"),
      chunk(id, 5, "o3"),
    ]);
    assert.deepEqual(texts(await store.readLog(id, { after: 2 })), ["o2", "l1", "o3"]);
    assert.deepEqual(texts(await store.readLog(id, { after: 5 })), []);
    assert.deepEqual(texts(await store.readLog(id, { stream: "stderr" })), ["e1"]);
    assert.deepEqual(texts(await store.readLog(id, { stream: "log" })), ["l1"]);
    assert.deepEqual(texts(await store.readLog(id, { limit: 2 })), ["o1", "e1"]);
    assert.deepEqual(texts(await store.readLog(id, { stream: "stdout", after: 1, limit: 1 })), ["o2"]);
  },

  "the latest attempt that left output, unless another is asked for": async ({ store, one, end, claim }) => {
    const id = await one();
    await end(id, { type: "released" });
    await end(id, { type: "released" });
    await claim(T);
    await store.appendLog([chunk(id, 1, "first"), chunk(id, 1, "second", "stdout", 2)]);
    assert.deepEqual(texts(await store.readLog(id)), ["second"]);
    assert.deepEqual(texts(await store.readLog(id, { attempt: 1 })), ["first"]);
    assert.deepEqual(texts(await store.readLog(id, { attempt: 3 })), []);
  },

  "logs of jobs do not mix": async ({ store, add }) => {
    const [a, b] = await add({}, {});
    await store.appendLog([chunk(a!, 1, "a"), chunk(b!, 1, "b")]);
    assert.deepEqual(texts(await store.readLog(a!)), ["a"]);
    assert.deepEqual(texts(await store.readLog(b!)), ["b"]);
  },

  "a job without output, and none at all": async ({ store, one }) => {
    assert.deepEqual(await store.readLog(await one()), []);
    assert.deepEqual(await store.readLog(9_999), []);
  },

  "output of a job that was removed is dropped": async ({ store, one, endAs, remove }) => {
    const [gone, here] = [await one(), await one()];
    await endAs(gone, "completed");
    await remove(gone);
    await store.appendLog([chunk(gone, 1, "late"), chunk(here, 1, "kept")]);
    assert.deepEqual(await store.readLog(gone), []);
    assert.deepEqual(texts(await store.readLog(here)), ["kept"]);
  },

  "appending nothing does nothing": async ({ store, one }) => {
    const id = await one();
    await store.appendLog([]);
    assert.deepEqual(await store.readLog(id), []);
  },
};
