/** Uses each part of schedules: `whole_test.ts` runs it, and nothing of it may be missing. */

import { JobQueue, task, Worker } from "../../../mod.ts";
import "../../../schedules.ts";
import { FakeClock } from "../../../src/testing/mod.ts";

const holiday = {
  name: "holidays",
  text: [
    ...["BEGIN:VCALENDAR", "VERSION:2.0", "BEGIN:VEVENT", "UID:1", "DTSTART;VALUE=DATE:20260102"],
    ...["RRULE:FREQ=YEARLY", "SUMMARY:Closed", "END:VEVENT", "END:VCALENDAR"],
  ].join("\r\n"),
};
const clock = new FakeClock(Date.UTC(2026, 0, 1));
await using queue = await JobQueue.open(":memory:", { clock });
const clean = task("clean", (_: undefined, ctx) => new Date(ctx.scheduledAt!).toISOString());
const { schedules } = queue;
await schedules.add("cron", clean(), { cron: "0 2 * * *", tz: "Europe/Prague", except: [holiday] });
await schedules.add("phrase", clean(), {
  on: "every friday at 06:00",
  ...{ tz: "UTC", between: "05:00-07:00", until: "31 january at 9am" },
});
await schedules.add("interval", clean(), {
  every: "6h",
  overlap: "queue-one",
  from: "2026-01-01",
  tz: "UTC",
});
await schedules.edit("phrase", { options: { on: "every friday at 06:30" } });
await schedules.apply([
  { name: "interval", target: clean(), options: { every: "8h", overlap: "queue-one", tz: "UTC" } },
]);
await schedules.pause("phrase");
await schedules.resume("phrase");
await schedules.backfill("cron", { from: "2025-12-30", until: "2025-12-31" });
await schedules.run("phrase");
const { firings } = await schedules.simulate({ until: "2026-01-03" });
console.log((await schedules.list()).map(({ schedule }) => schedule.name).join(), firings.length > 0);
for (let day = 0; day < 3; day++) {
  clock.jump(24 * 3_600_000);
  await schedules.tick();
  await new Worker(queue, { tasks: [clean] }).drain();
}
for (const name of ["cron", "phrase", "interval"]) {
  const history = await schedules.history(name);
  const next = new Date((await schedules.next(name, { limit: 1 }))[0]!).toISOString();
  console.log(name, history.filter(({ status }) => status === "completed").length, next);
}
await schedules.remove("cron");
