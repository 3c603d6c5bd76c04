import assert from "node:assert/strict";
import { ServerClock } from "../../src/store/server_clock.ts";

Deno.test("the server's time is told from a steady clock, by the look with the shortest round trip", async () => {
  let steady = 1_000;
  const trips = [80, 10, 40];
  let looks = 0;
  const clock = new ServerClock(
    () => {
      const trip = trips[looks++]!;
      // The answer leaves at the end of the way there, and the way back is the longer one when the trip is long.
      const there = 500_000 + steady + trip / 2 + (trip > 10 ? 7 : 0);
      steady += trip;
      return Promise.resolve(there);
    },
    () => steady,
  );
  await clock.sample();
  assert.equal(looks, 3);
  assert.equal(clock.now(), 500_000 + steady);
  steady += 59_000;
  assert.equal(clock.now(), 500_000 + steady);
});

Deno.test("looks at the same time share one, and one that fails leaves the last offset", async () => {
  let steady = 0;
  let fails = false;
  let looks = 0;
  const clock = new ServerClock(
    () => {
      looks++;
      return fails ? Promise.reject(new Error("gone")) : Promise.resolve(90_000 + steady);
    },
    () => steady,
  );
  await Promise.all([clock.sample(), clock.sample()]);
  assert.equal(looks, 3);
  fails = true;
  steady += 120_000;
  assert.equal(clock.now(), 210_000);
  await assert.rejects(clock.sample());
  assert.equal(clock.now(), 210_000);
});
