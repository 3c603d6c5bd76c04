/**
 * Random lives of jobs. The memory store is the model: every other store must answer each call as it does and show
 * the same state after it. The model in turn is watched by an oracle that knows none of its code.
 *
 * `GIGQ_CRASH=long` plays 10,000 lives on every store, `GIGQ_MODEL_RUNS` another number. The seed is printed, and with
 * a failure the shortest life that shows it; `GIGQ_MODEL_SEED` plays the same lives again.
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Claim, Store } from "../../src/core/ports.ts";
import { MemoryStore } from "../../src/store/memory/store.ts";
import { type Memory, toCall } from "./model/actor.ts";
import { type Command, sequences } from "./model/commands.ts";
import { answerOf, changedJobs, observe, withHistories } from "./model/observe.ts";
import { checkHalts, checkInvariants, checkMoves, Oracle } from "./model/oracle.ts";
import { serverStores, sqliteStores, type StoreUnderTest } from "./stores.ts";
import { size } from "../crash/sizes.ts";

const SEED = Number(Deno.env.get("GIGQ_MODEL_SEED") ?? Date.now() % 2 ** 31);
const START = 1_000_000;

/** How the lives are played: the number of them, and from which seed. */
function lives(quick: number): { readonly numRuns: number; readonly seed: number } {
  const numRuns = Number(Deno.env.get("GIGQ_MODEL_RUNS") ?? size("model", quick, 10_000));
  console.info(`${numRuns} random lives, GIGQ_MODEL_SEED=${SEED}`);
  return { numRuns, seed: SEED };
}

/** Plays a sequence on the model, and on another store beside it. */
async function play(sequence: readonly Command[], other?: Other): Promise<void> {
  const paused = new Set<string>();
  const model = new Oracle().listeningTo(new MemoryStore(), () => paused);
  const memory: Memory = {
    now: START,
    jobs: [],
    schedules: [],
    workflows: 0,
    held: [],
    running: [],
    leases: [],
  };
  let before = await observe(model);
  for (const [step, command] of sequence.entries()) {
    const title = `step ${step}: ${JSON.stringify(command)}`;
    const call = toCall(command, memory);
    const answer = await answerOf(() => call.run(model));
    const seen = await observe(model);
    checkMoves(call.verb, memory.jobs, seen, memory.now);
    checkInvariants(seen);
    checkHalts(before, seen);
    if (command.type === "crash") await other?.crash();
    if (other !== undefined) {
      assertEquals(await answerOf(() => call.run(other.store)), answer, `answer at ${title}`);
      // In the end, also of jobs that should not have changed.
      const isLast = step === sequence.length - 1;
      const ids = isLast ? seen.jobs.map((job) => job.id) : changedJobs(before, seen);
      assertEquals(await observe(other.store, ids), withHistories(seen, ids), `state after ${title}`);
    }
    if (command.type === "claim") memory.held.push(...(answer as { answer: Claim }).answer.jobs);
    paused.clear();
    for (const [queue, stats] of Object.entries(seen.stats.queues)) if (stats.paused) paused.add(queue);
    memory.jobs = seen.jobs;
    memory.schedules = seen.schedules;
    memory.workflows = seen.workflows.length;
    memory.running = seen.leases;
    memory.leases.push(...seen.leases);
    before = seen;
  }
}

/** A store beside the model, whose process may end at any time. */
class Other {
  readonly #reopen: StoreUnderTest["reopen"];

  constructor(public store: Store, { reopen }: StoreUnderTest) {
    this.#reopen = reopen;
  }

  /** Leaves the store as it is, and goes on with what is on the disk. */
  async crash(): Promise<void> {
    if (this.#reopen !== undefined) this.store = await this.#reopen(this.store);
  }
}

Deno.test("the memory store keeps every rule in random lives of jobs", async () => {
  await fc.assert(fc.asyncProperty(sequences, (sequence) => play(sequence)), lives(180));
});

for (const store of [...sqliteStores, ...serverStores]) {
  Deno.test({
    name: `${store.name}: random lives of jobs are those of the memory store`,
    ignore: !store.available,
    fn: async () => {
      const property = fc.asyncProperty(sequences, async (sequence) => {
        const other = new Other(await store.open(), store);
        try {
          await play(sequence, other);
        } finally {
          await other.store.close();
        }
      });
      // A file syncs at every step, so it lives fewer lives.
      await fc.assert(property, lives(store.reopen === undefined ? 60 : 15));
    },
  });
}
