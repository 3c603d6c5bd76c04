import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Window } from "../../src/cli/map/window.ts";

const done = { status: "completed", attempt: 1 } as const;

Deno.test("in order, an ended item waits for those before it", async () => {
  const window = new Window(10, false);
  for (const id of [1, 2, 3]) window.add({ id, number: id, text: `line ${id}` });
  window.settle(3, done);
  const first = window.take();
  window.settle(1, done);
  assertEquals((await first)!.id, 1);
  window.settle(2, { status: "failed", attempt: 4 });
  assertEquals(await window.take(), { id: 2, number: 2, text: "line 2", status: "failed", attempt: 4 });
  assertEquals((await window.take())!.id, 3);
});

Deno.test("unordered, items come as they end", async () => {
  const window = new Window(10, true);
  for (const id of [1, 2, 3]) window.add({ id, number: id, text: "" });
  window.settle(3, done);
  window.settle(1, done);
  assertEquals([(await window.take())!.id, (await window.take())!.id], [3, 1]);
  assertEquals(window.waiting, [2]);
});

Deno.test("an ending that comes before its slot is not lost", async () => {
  const window = new Window(10, false);
  window.settle(5, done);
  assertEquals(window.hasEnded(5), true);
  window.add({ id: 5, number: 1, text: "" });
  assertEquals((await window.take())!.id, 5);
});

Deno.test("a full window holds the producer back until something is taken", async () => {
  const window = new Window(2, false);
  assertEquals(await window.room(), 2);
  for (const id of [1, 2]) window.add({ id, number: id, text: "" });
  let room: number | null = null;
  const waiting = window.room().then((free) => room = free);
  window.settle(1, done);
  assertEquals(room, null);
  await window.take();
  await waiting;
  assertEquals(room, 1);
});

Deno.test("closed and empty means over; stopped means what can be printed, then over", async () => {
  const closed = new Window(2, false);
  const last = closed.take();
  closed.close();
  assertEquals(await last, null);

  const stopped = new Window(2, false);
  for (const id of [1, 2]) stopped.add({ id, number: id, text: "" });
  stopped.settle(1, done);
  const full = stopped.room();
  stopped.stop();
  assertEquals(await full, 0);
  assertEquals((await stopped.take())!.id, 1);
  assertEquals(await stopped.take(), null);
});

Deno.test("whatever ends when, everything comes out once and in order", async () => {
  const order = fc.uniqueArray(fc.integer({ min: 1, max: 30 }), { minLength: 30, maxLength: 30 });
  await fc.assert(fc.asyncProperty(order, fc.boolean(), async (endings, unordered) => {
    const window = new Window(100, unordered);
    for (let id = 1; id <= 30; id++) window.add({ id, number: id, text: "" });
    window.close();
    const taken: number[] = [];
    const taking = (async (): Promise<void> => {
      for (let slot = await window.take(); slot; slot = await window.take()) taken.push(slot.id);
    })();
    for (const id of endings) window.settle(id, done);
    await taking;
    assertEquals(
      unordered ? taken.toSorted((a, b) => a - b) : taken,
      Array.from({ length: 30 }, (_, i) => i + 1),
    );
  }));
});

Deno.test("halted, it lets nothing more in, and what waits can be dropped", async () => {
  const window = new Window(10, false);
  const told: number[] = [];
  window.onFailure = (failed) => told.push(failed);
  for (const id of [1, 2, 3, 4]) window.add({ id, number: id, text: "" });
  window.settle(2, { status: "failed", attempt: 1 });
  window.settle(2, { status: "failed", attempt: 1 });
  assertEquals([told, window.failed], [[1], 1]);
  window.halt();
  assertEquals(await window.room(), 0);
  window.drop([1]);
  window.settle(3, { status: "cancelled", attempt: 1 }); // it began just before
  window.close();
  assertEquals((await window.take())!.id, 2);
  window.settle(4, done);
  assertEquals([(await window.take())!.id, await window.take()], [4, null]);
});
