/** What tests of moves share: queues to move, and how to tell that nothing was lost. */

import assert from "node:assert/strict";
import type { Store, StoreState, Transfer } from "../../src/core/ports.ts";
import { linesOf } from "../../src/library/move/lines.ts";
import { JobQueue } from "../../src/library/queue.ts";
import { MemoryStore } from "../../src/store/memory/store.ts";
import { completed, Kit, NO_USAGE, T } from "../../src/testing/contract/kit.ts";
import { addRunning, fill } from "../../src/testing/contract/transfer_fill.ts";

/** Fills a store with jobs of every status but `running`. */
export async function fillStore(store: Store): Promise<void> {
  await fill(new Kit(store, () => Promise.reject(new Error("One store is enough"))));
}

/** Adds a job that runs; the function returned ends it. */
export async function start(store: Store): Promise<() => Promise<void>> {
  const id = await addRunning(new Kit(store, () => Promise.reject(new Error("One store is enough"))));
  return async () => {
    await store.finish([{ id, attempt: 2, outcome: completed(), usage: NO_USAGE }], 0);
  };
}

/** All that a store holds, as text that is the same for every store. */
export async function linesIn(store: Store): Promise<string[]> {
  const lines: string[] = [];
  for await (const page of linesOf(store.transfer!, 100)) lines.push(...page.map((line) => line.text));
  return lines;
}

export async function stateOf(store: Store): Promise<StoreState["type"]> {
  return (await store.transfer!.identity()).state.type;
}

/** A queue under a name of its own, shortly after its jobs have come to be. */
export function queueOver(store: Store, name: string): JobQueue {
  return JobQueue.over(store, name, { now: () => T + 99, sleep: () => Promise.resolve() });
}

/** Two queues in memory, the first one filled. */
export async function twoQueues(): Promise<{ from: JobQueue; to: JobQueue; before: string[] }> {
  const [from, to] = [queueOver(new MemoryStore(), "/from"), queueOver(new MemoryStore(), "/to")];
  await fillStore(from.store);
  return { from, to, before: await linesIn(from.store) };
}

/** Never do two queues hand out the same jobs. */
export async function assertOneAtMost(from: Store, to: Store): Promise<void> {
  const states = await Promise.all([stateOf(from), stateOf(to)]);
  const { records } = await to.transfer!.read(null, 2);
  assert.ok(states[0] !== "open" || states[1] !== "open" || records.length === 1, "both queues are open");
}

/** A store whose process ends at a certain call of its transfer: that call and all later ones are in vain. */
export function mortal(store: Store, fate: Pick<Fate, "meet">): Store {
  const verbs = ["identity", "become", "read", "write"] as const;
  const transfer = Object.fromEntries(verbs.map((name) => [name, (...args: unknown[]): Promise<unknown> => {
    const verb = store.transfer![name] as (...args: unknown[]) => Promise<unknown>;
    return fate.meet(() => verb.apply(store.transfer, args));
  }])) as unknown as Transfer;
  return new Proxy(store, {
    get(target, key): unknown {
      if (key === "transfer") return transfer;
      const member = Reflect.get(target, key, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}

/** When a process ends: at its n-th call, before or after that has done its work. */
export class Fate {
  #calls = 0;

  constructor(readonly at: number, readonly after: boolean) {}

  get met(): boolean {
    return this.#calls >= this.at;
  }

  async meet<T>(call: () => Promise<T>): Promise<T> {
    this.#calls++;
    if (this.#calls < this.at) return await call();
    if (this.#calls === this.at && this.after) await call();
    throw new Error("The process has ended");
  }
}
