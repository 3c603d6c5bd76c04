import { assertEquals, assertRejects } from "@std/assert";
import { FakeClock } from "../../src/testing/mod.ts";

Deno.test("sleepers wake in the order of their times, each at its own time", async () => {
  const clock = new FakeClock(0);
  const woken: [string, number][] = [];
  const sleep = async (name: string, ms: number): Promise<void> => {
    await clock.sleep(ms);
    woken.push([name, clock.now()]);
  };
  const all = Promise.all([
    sleep("late", 30),
    sleep("early", 10),
    sleep("first of two", 20),
    sleep("second", 20),
  ]);
  assertEquals([clock.nextWake, clock.sleeping], [10, 4]);
  await clock.advance(25);
  assertEquals(woken, [["early", 10], ["first of two", 20], ["second", 20]]);
  assertEquals([clock.now(), clock.nextWake], [25, 30]);
  await clock.advance(5);
  assertEquals(woken.at(-1), ["late", 30]);
  assertEquals(clock.nextWake, null);
  await all;
});

Deno.test("who sleeps again on the way is woken on the way", async () => {
  const clock = new FakeClock(100);
  const ticks: number[] = [];
  const loop = (async () => {
    for (let n = 0; n < 5; n++) {
      await clock.sleep(10);
      ticks.push(clock.now());
    }
  })();
  await clock.advance(1_000);
  await loop;
  assertEquals(ticks, [110, 120, 130, 140, 150]);
  assertEquals(clock.now(), 1_100);
});

Deno.test("an abort wakes at once, and leaves nobody asleep", async () => {
  const clock = new FakeClock(0);
  const controller = new AbortController();
  const slept = clock.sleep(1_000, controller.signal);
  controller.abort();
  await slept;
  await clock.sleep(1_000, controller.signal);
  assertEquals([clock.now(), clock.sleeping], [0, 0]);
});

Deno.test("a test can wait until somebody sleeps", async () => {
  const clock = new FakeClock(0);
  const both = clock.whenSleeping(2);
  const sleepers = [clock.sleep(1), Promise.resolve().then(() => clock.sleep(2))];
  await both;
  assertEquals(clock.sleeping, 2);
  await clock.advance(2);
  await Promise.all(sleepers);
});

Deno.test("time does not go back", async () => {
  const clock = new FakeClock(50);
  await assertRejects(() => clock.advance(-1), RangeError, "49");
  await assertRejects(() => clock.advanceTo(10), RangeError, "10");
  for (const ms of [NaN, Infinity, undefined as unknown as number]) {
    await assertRejects(() => clock.advance(ms), RangeError, "does not go to");
  }
  assertEquals(clock.now(), 50);
});

Deno.test("setting the clock wakes nobody: sleep lasts as long as it was meant to", async () => {
  const clock = new FakeClock(1_000);
  const woken: number[] = [];
  const all = Promise.all([100, 200].map((ms) => clock.sleep(ms).then(() => woken.push(clock.now()))));
  await clock.advance(50);
  clock.jump(10_000);
  assertEquals([clock.now(), clock.monotonic(), clock.nextWake], [11_050, 50, 11_100]);
  await clock.advance(49);
  assertEquals(woken, []);
  await clock.advance(1);
  clock.jump(-20_000);
  await clock.advance(100);
  await all;
  assertEquals(woken, [11_100, -8_800]);
  assertEquals(clock.monotonic(), 200);
});
