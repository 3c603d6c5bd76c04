/** `--max-fails` of `map` and `batch`: what stops, what goes on, what is told. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { Place } from "./harness.ts";

/** Fails for lines from 4 on. */
const SCRIPT = ["sh", "-c", '[ "$1" -lt 4 ] || exit 1; echo "$1"', "x"];

function lines(count: number): string {
  return Array.from({ length: count }, (_, index) => `${index + 1}\n`).join("");
}

async function statuses(place: Place): Promise<Record<string, number>> {
  const [stats] = await place.json(["stats"]);
  const told = Object.entries(stats.statuses as Record<string, number>).filter(([, count]) => count > 0);
  return Object.fromEntries(told);
}

Deno.test("map --max-fails: stops, lets what runs end, and goes on from there", async () => {
  await using place = await Place.make();
  const argv = ["map", "-j", "1", "--max-fails", "2", "--", ...SCRIPT];
  const { code, out, err } = await place.gigq(argv, { stdin: lines(40) });
  assertEquals(out, "1\n2\n3\n");
  const { failed, cancelled } = await statuses(place);
  assertEquals([failed! >= 2, failed! + cancelled! + 3], [true, 40]);
  assertEquals(code, failed);
  assertStringIncludes(
    err,
    `gigq: Stopped after ${failed} failures (--max-fails 2) with ${
      failed! + 3
    } of 40 items done; the same command ` +
      "goes on from there\n",
  );
  assertEquals(err.includes("was cancelled"), false);

  const again = await place.gigq(["map", "-j", "1", "--max-fails", "99", "--", ...SCRIPT], {
    stdin: lines(40),
  });
  assertEquals([again.code, again.out], [37, "1\n2\n3\n"]);
  assertEquals(await statuses(place), { completed: 3, failed: 37 });
});

Deno.test("map --max-fails: a share is of all items once they were read", async () => {
  await using place = await Place.make();
  const over = await place.gigq(["map", "-j", "1", "--max-fails", "10%", "--", ...SCRIPT], {
    stdin: lines(40),
  });
  assertStringIncludes(over.err, "(--max-fails 10%)");
  const under = await place.gigq(["map", "--max-fails", "10%", "--", "test", "1", "!="], {
    stdin: lines(40),
  });
  assertEquals(under.code, 1);
  assertStringIncludes(under.err, "gigq: 1 of 40 items failed; the same command runs them again\n");
});

Deno.test("map --max-fails: input that goes on for ever is left alone", async () => {
  await using place = await Place.make();
  // Ends never: whoever waits for it waits for ever.
  const stdin = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(new TextEncoder().encode(lines(10))),
  });
  const { code, err } = await place.gigq(["map", "-j", "1", "--max-fails", "1", "--", "false"], { stdin });
  assertEquals(code >= 1, true);
  assertStringIncludes(err, `of 10+ items done`);
});

Deno.test("batch --max-fails: the jobs are a run, which workers halt", async () => {
  await using place = await Place.make();
  const { out } = await place.ok(["batch", "--max-fails", "2", "--", "false"], { stdin: lines(5) });
  assertEquals(out, "1\n2\n3\n4\n5\n");
  await place.ok(["worker", "--drain", "-j", "1"]);
  assertEquals(await statuses(place), { failed: 2, cancelled: 3 });
  assertStringIncludes(
    (await place.gigq(["workflow", "status", "1"])).out,
    "Run 1 of false: failed\nHalted now: 2 failed (max-fails 2), 3 were cancelled\n",
  );
});

Deno.test("batch --max-fails: a run that is halted while lines come in gets no more", async () => {
  await using place = await Place.make();
  let part = 0;
  // The second part comes when the jobs of the first have failed, the third must not be asked for.
  const stdin = new ReadableStream<Uint8Array>({
    async pull(controller): Promise<void> {
      if (++part === 2) await place.ok(["worker", "--drain", "-j", "1"]);
      if (part === 4) controller.error(new Error("It was read on"));
      else controller.enqueue(new TextEncoder().encode(lines(3)));
    },
  }, { highWaterMark: 0 });
  const { code, out, err } = await place.gigq(["batch", "--max-fails", "1", "--", "false"], { stdin });
  assertEquals([code, out], [1, "1\n2\n3\n4\n5\n6\n"]);
  assertEquals(err, "gigq: Stopped reading: run 1 was halted, 1 failed (max-fails 1), 5 were cancelled\n");
  assertEquals(await statuses(place), { failed: 1, cancelled: 5 });
});

Deno.test("batch: without --max-fails its jobs are no run", async () => {
  await using place = await Place.make();
  await place.ok(["batch", "--", "false"], { stdin: lines(2) });
  assertEquals((await place.ok(["workflow", "list", "--all", "--json"])).out, "");
});

for (const value of ["0", "101%", "1.5", "many"]) {
  Deno.test(`--max-fails ${value} is refused before anything is read or written`, async () => {
    await using place = await Place.make();
    for (const verb of ["map", "batch"]) {
      const { code, out, err } = await place.gigq([verb, "--max-fails", value, "--", "echo"], {
        stdin: "1\n",
      });
      assertEquals([code, out], [2, ""]);
      assertStringIncludes(err, "gigq: --max-fails: ");
    }
    assertEquals([...Deno.readDirSync(place.dir)].length, 0);
  });
}
