/** Users of one schema who meet at the same schedules; see `postgres_race_test.ts`. */

import { assert, assertEquals } from "@std/assert";
import type { Store } from "../../src/core/ports.ts";
import type { Schedule } from "../../src/core/schedule.ts";
import { newJob, T } from "../../src/testing/contract/kit.ts";
import {
  added,
  advanced,
  fireOf,
  newFiring,
  newSchedule,
  newState,
  stepOf,
} from "../../src/testing/contract/schedules_kit.ts";
import { claimBy, end, keyOf, type Race, race } from "./postgres_race_kit.ts";

const UNIQUE = { scope: "unfinished" } as const;

function scheduleRow({ id }: Schedule): string {
  return `SELECT 1 FROM gigq.schedules WHERE id = ${id} FOR UPDATE`;
}

/** Ids of the schedules whose rows nobody has in hand. */
async function freeSchedules(race: Race): Promise<unknown[]> {
  const rows = await race.rows("SELECT id::int FROM gigq.schedules FOR UPDATE SKIP LOCKED");
  return rows.map(({ id }) => id).sort();
}

/** The last id that was given to a job. */
async function lastJob(race: Race): Promise<unknown> {
  const [row] = await race.rows(
    "SELECT CASE WHEN is_called THEN last_value::int ELSE 0 END AS id FROM gigq.job_id",
  );
  return row!.id;
}

async function slotsOf({ schedules }: Store): Promise<unknown[]> {
  return (await schedules.firings({})).map(({ schedule, slot, status, job }) => [
    schedule,
    slot - T,
    status,
    job,
  ]);
}

race(
  "of two who advance a schedule from one version, one is heard, and the other takes no id",
  2,
  async (race) => {
    const [a, b] = race.stores as [Store, Store];
    const schedule = await added(a, "s", { nextAt: T });
    await race.hold(scheduleRow(schedule));
    const first = a.schedules.advance(fireOf(schedule, T), T);
    await race.untilWaiting(1, first);
    const second = b.schedules.advance(fireOf(schedule, T + 1, [{}, {}]), T);
    await race.untilWaiting(2, second);
    await race.letGo();
    assertEquals([(await first).accepted, (await second).accepted], [true, false]);
    assertEquals(await slotsOf(b), [[schedule.id, 0, "started", 1]]);
    assertEquals(await lastJob(race), 1);
    await race.checkInvariants();
  },
);

race("a version that was guessed while it came to be sees what came with it", 2, async (race) => {
  const [a, b] = race.stores as [Store, Store];
  const schedule = await added(a, "s", { nextAt: T });
  await race.add({ unique: { ...UNIQUE, key: "k" } });
  await race.hold(keyOf("k"));
  const first = a.schedules.advance(fireOf(schedule, T, [{}, { unique: { ...UNIQUE, key: "k" } }]), T);
  await race.untilWaiting(1, first);
  const again = b.schedules.advance(fireOf({ ...schedule, version: 2 }, T), T);
  await race.untilWaiting(2, again);
  await race.letGo();
  assertEquals([(await first).accepted, (await again).accepted], [true, false]);
  assertEquals(await lastJob(race), 2);
  await race.checkInvariants();
});

race(
  "a schedule that is removed while it advances waits, and leaves nothing but the job",
  2,
  async (race) => {
    const [a, b] = race.stores as [Store, Store];
    const schedule = await added(a, "s");
    await race.hold(scheduleRow(schedule));
    const firing = a.schedules.advance(fireOf(schedule, T), T);
    await race.untilWaiting(1, firing);
    const removing = b.schedules.remove(schedule.id);
    await race.untilWaiting(2, removing);
    await race.letGo();
    assertEquals([(await firing).accepted, await removing], [true, true]);
    assertEquals([await a.schedules.list(), await a.count({})], [[], 1]);
    await race.checkInvariants();
  },
);

race("a schedule that advances while it is removed is gone, and stores nothing", 2, async (race) => {
  const [a, b] = race.stores as [Store, Store];
  const schedule = await added(a, "s");
  await advanced(a, stepOf(schedule, { firings: [newFiring(schedule, T, "queued")] }));
  await race.hold(scheduleRow(schedule));
  const removing = a.schedules.remove(schedule.id);
  await race.untilWaiting(1, removing);
  const firing = b.schedules.advance(fireOf({ ...schedule, version: 2 }, T), T);
  await race.untilWaiting(2, firing);
  await race.letGo();
  assertEquals([await removing, (await firing).accepted], [true, false]);
  assertEquals([await lastJob(race), await a.schedules.firings({})], [0, []]);
  await race.checkInvariants();
});

race("steps of one turn wait at the first schedule, holding none of the others", 2, async (race) => {
  const [a, b] = race.stores as [Store, Store];
  const all = [await added(a, "1"), await added(a, "2"), await added(a, "3")];
  await race.hold(scheduleRow(all[0]!));
  const fire = ({ schedules }: Store, some: readonly Schedule[]): Promise<boolean[]> =>
    Promise.all(some.map(async (schedule) => (await schedules.advance(fireOf(schedule, T), T)).accepted));
  const firing = [fire(a, all), fire(b, all.toReversed())];
  await race.untilWaiting(2, ...firing);
  assertEquals(await freeSchedules(race), [all[1]!.id, all[2]!.id]);
  await race.letGo();
  const accepted = (await Promise.all(firing)).map((some) => some.filter((one) => one).length);
  assertEquals(accepted.sort(), [0, 3]);
  assertEquals([await lastJob(race), (await slotsOf(a)).length], [3, 3]);
  await race.checkInvariants();
});

race("rows of schedules are taken before anything else of a turn", 2, async (race) => {
  const [a] = race.stores as [Store, Store];
  const [first, second] = [await added(a, "1"), await added(a, "2")];
  await race.add({ unique: { ...UNIQUE, key: "k" } });
  await race.hold(scheduleRow(second));
  const calls = [
    a.enqueue({ jobs: [newJob({ unique: { ...UNIQUE, key: "k" } })] }, T),
    a.schedules.advance(fireOf(second, T), T),
    a.schedules.remove(first.id),
  ];
  await race.untilWaiting(1, ...calls);
  assertEquals(await race.rows("SELECT key FROM gigq.unique_keys FOR UPDATE SKIP LOCKED"), [{ key: "k" }]);
  assertEquals(await freeSchedules(race), []);
  await race.letGo();
  await Promise.all(calls);
  await race.checkInvariants();
});

race("a cancel, a requeue and a removal wait for a slot that fires, and it for them", 3, async (race) => {
  const [a, b, c] = race.stores as [Store, Store, Store];
  const schedule = await added(a, "s");
  const [id] = await race.add({ unique: { ...UNIQUE, key: "k" } });
  const verbs = [
    () => b.cancel([id!], T),
    () => b.requeue([id!], T),
    () => b.remove([id!]),
  ];
  let { version } = schedule;
  for (const [at, verb] of verbs.entries()) {
    await race.hold(keyOf("k"));
    const jobs = [{}, { queue: "other", unique: { ...UNIQUE, key: "k" } }];
    const firing = a.schedules.advance(fireOf({ ...schedule, version: version++ }, T + 2 * at, jobs), T);
    await race.untilWaiting(1, firing);
    const changing = verb();
    await race.untilWaiting(2, changing);
    const next = c.schedules.advance(fireOf({ ...schedule, version: version++ }, T + 2 * at + 1), T);
    await race.untilWaiting(3, next);
    await race.letGo();
    assertEquals([(await firing).accepted, (await next).accepted], [true, true]);
    await changing;
    await race.checkInvariants();
  }
  assertEquals((await slotsOf(a)).length, 6);
});

race("a look at what is due waits for nobody, and sees one moment", 2, async (race) => {
  const [a, b] = race.stores as [Store, Store];
  const schedule = await added(a, "s", { nextAt: T });
  await race.add({ unique: { ...UNIQUE, key: "k" } });
  await race.hold(keyOf("k"));
  const jobs = [{}, { unique: { ...UNIQUE, key: "k" } }];
  const firing = a.schedules.advance({ ...fireOf(schedule, T, jobs), state: newState({ nextAt: T + 9 }) }, T);
  await race.untilWaiting(1, firing);
  const looking = b.schedules.due(T);
  await race.untilWaiting(2, looking);
  assertEquals(await looking, { schedules: [{ schedule, open: [], queued: 0 }], nextAt: null });
  await race.letGo();
  await firing;
  const { schedules: [due], nextAt } = await b.schedules.due(T);
  assertEquals([due!.schedule.version, due!.open.map((firing) => firing.jobs), nextAt], [
    2,
    [{ ready: 1 }],
    T + 9,
  ]);
});

race(
  "those who add schedules do so one after the other, so that their names may come in any order",
  2,
  async (race) => {
    const [a, b] = race.stores as [Store, Store];
    const add = (store: Store, ...names: string[]): Promise<(Schedule | null)[]> =>
      Promise.all(names.map((name) => store.schedules.add(newSchedule(name), T)));
    await race.hold("LOCK TABLE gigq.schedules IN SHARE MODE");
    const first = add(a, "x", "y");
    await race.untilWaiting(1, first);
    const second = add(b, "y", "x");
    await race.untilWaiting(2, second);
    const waits = await race.rows(`
    SELECT wait_event FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE '%${race.schema}%'
    ORDER BY wait_event`);
    assertEquals(waits, [{ wait_event: "advisory" }, { wait_event: "relation" }]);
    await race.letGo();
    assertEquals((await first).map((schedule) => schedule?.id), [1, 2]);
    assertEquals(await second, [null, null]);
  },
);

race("every slot fires once, whoever looks, and whatever else happens", 5, async (race) => {
  const [keeper, ...workers] = race.stores as [Store, ...Store[]];
  const count = 12;
  for (let at = 0; at < count; at++) await added(keeper, `s${at}`, { nextAt: T });
  let tried = 0;
  const work = async (store: Store, worker: string): Promise<void> => {
    for (;;) {
      const { schedules } = await store.schedules.due(T + 9);
      const open = schedules.filter(({ schedule }) => schedule.state.nextAt !== null);
      if (open.length === 0) return;
      tried += open.length;
      await Promise.all([
        ...open.toSorted(() => Math.random() - 0.5).map(({ schedule }) => fireNext(store, schedule)),
        claimBy(store, worker, 3).then(({ jobs }) => end(store, jobs.map(({ id }) => id))),
      ]);
    }
  };
  const cancel = async (): Promise<void> => {
    for (let at = 0; at < 20; at++) {
      await keeper.cancel((await keeper.list({ statuses: ["ready"], limit: 1 })).map(({ id }) => id), T);
    }
  };
  await Promise.all([...workers.map((store, at) => work(store, `w${at}`)), cancel()]);
  const firings = await keeper.schedules.firings({});
  assertEquals([firings.length, await keeper.count({}), await lastJob(race)], [
    count * 10,
    count * 10,
    count * 10,
  ]);
  assert(tried > count * 10, "nobody met anybody");
  await race.checkInvariants();
});

/** Fires the next of ten slots. */
async function fireNext({ schedules }: Store, schedule: Schedule): Promise<void> {
  const slot = schedule.state.nextAt!;
  const state = newState({ cursor: slot, nextAt: slot < T + 9 ? slot + 1 : null });
  await schedules.advance({ ...fireOf(schedule, slot), state }, T);
}
