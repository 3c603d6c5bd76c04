import { assert, assertEquals } from "@std/assert";
import type { Job } from "../../src/core/job.ts";
import { report, size } from "./sizes.ts";
import {
  assertHealthy,
  Chance,
  copyDatabase,
  inFolder,
  readLedger,
  stopAll,
  withSqlite,
  Writer,
} from "./storage_kit.ts";
import { type Transaction, transactions } from "./storage_wal.ts";

const ROUNDS = size("torn_rounds", 3, 20);
/** Ways in which the tail of one log is torn. */
const TEARS = size("torn_tears", 6, 25);
/** Some frames a transaction, and far fewer than a checkpoint waits for. */
const BYTES = 20_000;
const MAX_GROUPS = 30;

type Log = Uint8Array<ArrayBuffer>;

/** What a power cut leaves of the last write, which was never acknowledged. */
const WAYS: Readonly<Record<string, (log: Log, last: Transaction, chance: Chance) => Log>> = {
  cut: (log, last, chance) => log.slice(0, chance.int(last.start, last.end)),
  bit: (log, last, chance) => {
    const torn = log.slice(0, last.end);
    torn[chance.int(last.start, last.end)]! ^= 1 << chance.int(0, 8);
    return torn;
  },
  garbage: (log, last, chance) => {
    const torn = log.slice(0, last.end);
    const from = chance.int(last.start, last.end);
    for (let at = from; at < last.end; at++) torn[at] = chance.int(0, 256);
    // One value in 256 is what was there before, and all of them may be.
    torn[from] = log[from]! ^ 0xff;
    return torn;
  },
  zeros: (log, last, chance) => {
    const torn = log.slice(0, last.end);
    // The checksum of a frame's pages stands in its header, which is never zero: the first frame is among them.
    torn.fill(0, last.start + chance.int(0, 16), last.end);
    return torn;
  },
};

Deno.test({
  name: `a log whose end is torn (${ROUNDS * TEARS} ways) loses its last transaction and nothing else`,
  ignore: Deno.build.os !== "linux",
  async fn(): Promise<void> {
    const chance = new Chance("torn logs");
    let torn = 0;
    for (let round = 0; round < ROUNDS; round++) {
      await inFolder(async (folder) => {
        torn += await tearSome(folder, chance, round % 2 === 0 ? "single" : "slots");
      });
    }
    report(`torn logs: ${torn} opened, each without its last transaction alone`);
    assertEquals(torn, ROUNDS * TEARS);
  },
});

async function tearSome(folder: string, chance: Chance, mode: "single" | "slots"): Promise<number> {
  const [db, ledger, copy] = [`${folder}/jobs.db`, `${folder}/ledger`, `${folder}/copy.db`];
  const writer = new Writer({ db, ledger, mode, seed: 1, bytes: BYTES });
  await writer.more(chance.int(3, MAX_GROUPS));
  await stopAll([writer]);
  await copyDatabase(db, copy, ["-wal"]);
  const acknowledged = [...readLedger(await Deno.readTextFile(ledger)).keys()];
  await writer.kill();
  const [database, log] = [await Deno.readFile(copy), await Deno.readFile(`${copy}-wal`)];
  const last = transactions(log).at(-1);
  assert(last !== undefined && transactions(log).length >= 2, "the log holds too little");
  const whole = await jobsOf(copy);
  // What was acknowledged is there; at most one more was on its way.
  assertEquals(whole.map(({ id }) => id).slice(0, acknowledged.length), acknowledged);
  assert(whole.length - acknowledged.length <= 1);
  for (let tear = 0; tear < TEARS; tear++) {
    const way = chance.pick(Object.keys(WAYS));
    await Deno.writeFile(copy, database);
    await Deno.writeFile(`${copy}-wal`, WAYS[way]!(log, last, chance));
    assertEquals(await jobsOf(copy), whole.slice(0, -1), `${way}, tear ${tear}`);
    if (mode === "slots") await assertSlots(copy, whole.length - 1);
    await assertHealthy(copy);
  }
  return TEARS;
}

/** A slot is lost with its entry, its job and what its schedule counts, or with none of them. */
async function assertSlots(db: string, count: number): Promise<void> {
  await withSqlite(db, async ({ schedules }) => {
    const entries = (await schedules.firings({})).toReversed();
    const expected = Array.from({ length: count }, (_, at) => `${at + 1} started ${at + 1}`);
    assertEquals(entries.map(({ slot, status, job }) => `${slot} ${status} ${job}`), expected);
    const [schedule] = await schedules.list();
    assertEquals([schedule!.version, schedule!.state.fired], [count + 1, count]);
  });
}

async function jobsOf(db: string): Promise<readonly Job[]> {
  return await withSqlite(db, (store) => store.list({}));
}
