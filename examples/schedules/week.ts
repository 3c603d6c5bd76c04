/**
 * A week of a file of schedules, twice: foreseen, and then lived through in a moment by a clock that is turned by hand.
 *
 *     deno run -A examples/schedules/week.ts [schedules.yaml] [from]
 */

import { readSchedules } from "../../load.ts";
import { JobQueue, Worker } from "../../mod.ts";
import { FakeClock } from "../../src/testing/mod.ts";

const [file = `${import.meta.dirname}/schedules.yaml`, from = "2026-11-16T00:00:00Z"] = Deno.args;

const clock = new FakeClock(Date.parse(from));
const until = clock.now() + 7 * 86_400_000;
await using queue = await JobQueue.open(":memory:", { clock });

for (const { name, change } of await queue.schedules.apply(await readSchedules(file))) {
  console.log(`${name}: ${change}`);
}

const { firings, collisions } = await queue.schedules.simulate({ until });
console.log(`${firings.length} runs in a week, ${collisions.length} times at once`);

// A worker would fire them by itself: this one is there only at the times that matter.
for (const at of new Set(firings.map((firing) => firing.at))) {
  await clock.advanceTo(at);
  await queue.schedules.tick();
  await clock.runUntil(new Worker(queue).drain());
}
await queue.schedules.tick();

for (const { schedule, last } of await queue.schedules.list()) {
  const runs = await queue.schedules.history(schedule.name, { statuses: ["completed"] });
  const { result } = await queue.get(last!.job!);
  console.log(`${schedule.name}: ${runs.length} runs, the last one: ${result}`);
}
