/** A move whose process ends at any call is finished by the same move, made again. */

import { assert, assertEquals } from "@std/assert";
import { command } from "../../src/library/jobs.ts";
import { abortMove, moveQueue } from "../../src/library/move.ts";
import { assertOneAtMost, Fate, linesIn, mortal, queueOver, stateOf, twoQueues } from "./move_kit.ts";

const BATCH = 5;

/** Moves until the process ends; resolves to whether it did. */
async function die(fate: Fate, ends: Awaited<ReturnType<typeof twoQueues>>, copy: boolean): Promise<boolean> {
  const [from, to] = [ends.from, ends.to].map((queue) =>
    queueOver(mortal(queue.store, fate), queue.location)
  );
  await moveQueue(from!, to!, { batch: BATCH, copy }).catch((error) => {
    if (!fate.met) throw error;
  });
  return fate.met;
}

/** Every call at which a process may end, before or after that has done its work. */
async function forEachEnd(
  copy: boolean,
  check: (ends: Awaited<ReturnType<typeof twoQueues>>) => Promise<void>,
): Promise<number> {
  let at = 1;
  for (;; at++) {
    for (const after of [false, true]) {
      const ends = await twoQueues();
      if (!await die(new Fate(at, after), ends, copy)) return at;
      await check(ends);
    }
  }
}

Deno.test("move: ended at any call, it is finished by the next one, and never are both open", async () => {
  const calls = await forEachEnd(false, async (ends) => {
    const { from, to, before } = ends;
    await assertOneAtMost(from.store, to.store);
    await moveQueue(from, to, { batch: BATCH });
    assertEquals(await linesIn(to.store), before);
    assertEquals([await stateOf(from.store), await stateOf(to.store)], ["moved", "open"]);
  });
  assert(calls > 30, `${calls} calls are too few to mean anything`);
});

Deno.test("move: ended at any call, it can be given up unless the source has moved", async () => {
  await forEachEnd(false, async ({ from, to, before }) => {
    const state = await stateOf(from.store);
    if (state === "sealed") await abortMove(from);
    if (state === "moved") await moveQueue(from, to, { batch: BATCH });
    await assertOneAtMost(from.store, to.store);
    const place = state === "moved" ? to : from;
    assertEquals([await stateOf(place.store), await linesIn(place.store)], ["open", before]);
  });
});

Deno.test("move: after it was given up at any call, jobs change, and the next move takes all of that along", async () => {
  await forEachEnd(false, async ({ from, to }) => {
    if (await stateOf(from.store) === "moved") return;
    if (await stateOf(from.store) === "sealed") await abortMove(from);
    await from.cancel((await from.list()).map((job) => job.id));
    await from.submit(command(["true"]));
    const before = await linesIn(from.store);
    await moveQueue(from, to, { batch: BATCH });
    assertEquals(await linesIn(to.store), before);
  });
});

Deno.test("move: a copy that ended at any call is made anew, if its target is not open yet", async () => {
  await forEachEnd(true, async ({ from, to, before }) => {
    const { records } = await to.store.transfer!.read(null, 2);
    const done = await stateOf(to.store) === "open" && records.length > 1;
    if (!done) await moveQueue(from, to, { batch: BATCH, copy: true });
    assertEquals(await linesIn(to.store), before);
    assertEquals([await stateOf(from.store), await stateOf(to.store)], ["open", "open"]);
  });
});
