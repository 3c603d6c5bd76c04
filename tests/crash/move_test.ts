/** Moves whose processes are killed: the same move, made again, finishes them. */

import { assertEquals } from "@std/assert";
import { JobQueue } from "../../src/library/queue.ts";
import { assertOneAtMost, fillStore, linesIn, stateOf } from "../library/move_kit.ts";
import { withStore } from "./harness.ts";
import { type Chance, seeded } from "./seed.ts";
import { size, tell } from "./sizes.ts";

const PROGRAM = new URL("./move_program.ts", import.meta.url).pathname;
const IMPORT_MAP = new URL("../../npm/import_map.json", import.meta.url).pathname;

/** Moves that are killed until they are done. */
const MOVES = size("killed-moves", 1, 20);
/** A kill comes after so many lines at most; a move says about twice as many. */
const MAX_LINES = 20;
const STEPS = ["sealed", "receiving", "copied", "compared", "verified", "moved", "opened"];

interface Place {
  readonly from: string;
  readonly to: string;
  readonly before: readonly string[];
}

async function withQueue(test: (place: Place) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "gigq-move-" });
  const [from, to] = [`${folder}/from.db`, `${folder}/to.db`];
  try {
    const before = await withStore(from, async (store) => {
      await fillStore(store);
      return await linesIn(store);
    });
    await test({ from, to, before });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs the program; `kill` is asked at each line whether to kill it now. Resolves to whether it came to its end. */
async function move({ from, to }: Place, step: string, kill: () => boolean): Promise<boolean> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "--quiet", "--no-check", `--import-map=${IMPORT_MAP}`, PROGRAM, from, to, step],
    stdout: "piped",
    stderr: "piped",
  }).spawn();
  const errors = new Response(child.stderr).text();
  for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) {
    if (text.split("\n").slice(1).some(kill)) end(child);
  }
  const { success, signal } = await child.status;
  if (!success && signal !== "SIGKILL") throw new Error(await errors);
  return success;
}

/** It may be over by now. */
function end(child: Deno.ChildProcess): void {
  try {
    child.kill("SIGKILL");
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
  }
}

const never = (): boolean => false;

async function assertDone({ from, to, before }: Place): Promise<void> {
  const source = await JobQueue.open(from, { driver: "builtin" });
  const target = await JobQueue.open(to, { driver: "builtin" });
  assertEquals([await stateOf(source.store), await stateOf(target.store)], ["moved", "open"]);
  assertEquals(await linesIn(target.store), before);
  await Promise.all([source.close(), target.close()]);
}

async function assertSafe({ from, to }: Place): Promise<void> {
  await withStore(from, (source) => withStore(to, (target) => assertOneAtMost(source, target)));
}

for (const step of STEPS) {
  Deno.test(`crash: a move killed once it is ${step} is finished by the same move`, () =>
    withQueue(async (place) => {
      assertEquals(await move(place, step, never), false);
      await assertSafe(place);
      assertEquals(await move(place, "", never), true);
      await assertDone(place);
    }));
}

async function killUntilDone(place: Place, chance: Chance): Promise<number> {
  for (let kills = 0;; kills++) {
    let lines = 1 + chance.below(MAX_LINES + 10 * kills);
    if (await move(place, "", () => --lines === 0)) return kills;
    await assertSafe(place);
  }
}

Deno.test(`crash: ${MOVES} moves killed wherever they are, again and again, lose and double nothing`, async () => {
  const chance = seeded("moves");
  let kills = 0;
  for (let done = 0; done < MOVES; done++) {
    await withQueue(async (place) => {
      kills += await killUntilDone(place, chance);
      await assertDone(place);
    });
  }
  tell("moves", { moves: MOVES, kills, seed: chance.seed });
});
