/**
 * Random lives of jobs. The memory store is the model: every other store must answer each call as it does and show
 * the same state after it. The model in turn is watched by an oracle that knows none of its code.
 *
 * `GIGQ_MODEL_RUNS` sets the number of sequences; a failure prints the seed and the shortest sequence.
 */

import { assertEquals } from "@std/assert";
import fc from "fast-check";
import type { Claim, Store } from "../../src/core/ports.ts";
import { MemoryStore } from "../../src/store/memory/store.ts";
import { type Memory, toCall } from "./model/actor.ts";
import { type Command, sequences } from "./model/commands.ts";
import { answerOf, observe } from "./model/observe.ts";
import { checkInvariants, checkMoves, Oracle } from "./model/oracle.ts";
import { sqliteStores } from "./stores.ts";

const RUNS = Number(Deno.env.get("GIGQ_MODEL_RUNS") ?? 60);
const START = 1_000_000;

/** Plays a sequence on the model, and on another store beside it. */
async function play(sequence: readonly Command[], other?: Store): Promise<void> {
  const paused = new Set<string>();
  const model = new Oracle().listeningTo(new MemoryStore(), () => paused);
  const memory: Memory = { now: START, jobs: [], workflows: 0, held: [], running: [], leases: [] };
  for (const [step, command] of sequence.entries()) {
    const title = `step ${step}: ${JSON.stringify(command)}`;
    const call = toCall(command, memory);
    const answer = await answerOf(() => call.run(model));
    const seen = await observe(model);
    checkMoves(call.verb, memory.jobs, seen.jobs);
    checkInvariants(seen);
    if (other !== undefined) {
      assertEquals(await answerOf(() => call.run(other)), answer, `answer at ${title}`);
      assertEquals(await observe(other), seen, `state after ${title}`);
    }
    if (command.type === "claim") memory.held.push(...(answer as { answer: Claim }).answer.jobs);
    if (command.type === "pause") paused[command.paused ? "add" : "delete"](command.queue);
    memory.jobs = seen.jobs;
    memory.workflows = seen.workflows.length;
    memory.running = seen.leases;
    memory.leases.push(...seen.leases);
  }
}

Deno.test("the memory store keeps every rule in random lives of jobs", async () => {
  await fc.assert(fc.asyncProperty(sequences, (sequence) => play(sequence)), { numRuns: 3 * RUNS });
});

for (const { name, open, available } of sqliteStores) {
  Deno.test({
    name: `${name}: random lives of jobs are those of the memory store`,
    ignore: !available,
    fn: async () => {
      // A file syncs at every step, so it lives fewer lives.
      const numRuns = name.includes("file") ? Math.ceil(RUNS / 4) : RUNS;
      const property = fc.asyncProperty(sequences, async (sequence) => {
        const store = await open();
        try {
          await play(sequence, store);
        } finally {
          await store.close();
        }
      });
      await fc.assert(property, { numRuns });
    },
  });
}
