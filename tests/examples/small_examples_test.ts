import { assertEquals, assertStringIncludes } from "@std/assert";
import { NO_SHELL, Workshop } from "./workshop.ts";

Deno.test("example script: prints checksums in order, and fails by the number of missing files", async () => {
  await using shop = await Workshop.open();
  await shop.write("a.txt", "hello\n");
  await shop.write("b.txt", "");
  const ran = await shop.deno("examples/script/checksums.ts", ["b.txt", "none.txt", "a.txt"]);
  assertEquals(ran.code, 1);
  assertEquals(
    ran.out,
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b.txt\n" +
      "5891b5b522d5df086d0ff0b110fbd9d21bb4fc7163af34d08286a2e846f6be03  a.txt\n",
  );
  assertStringIncludes(ran.err, "There is no file none.txt");
});

Deno.test("example fan_out_in: counts primes in parallel", async () => {
  await using shop = await Workshop.open();
  const ran = await shop.deno("examples/fan_out_in/primes.ts", ["10000", "3"]);
  assertEquals([ran.code, ran.out], [0, "1229 primes below 10000\n"]);
});

Deno.test({
  name: "example text_batch: merges the words of all files",
  ignore: NO_SHELL,
  fn: async () => {
    await using shop = await Workshop.open();
    await shop.write("texts/a.txt", "The cat and the dog.\n");
    await shop.write("texts/b b.txt", "the END");
    const ran = await shop.shell('"$examples/text_batch/count_words.sh" texts');
    assertEquals([ran.code, JSON.parse(ran.out)], [0, { the: 3, and: 1, cat: 1, dog: 1, end: 1 }]);
  },
});

Deno.test("example schedules: a week goes as it was foreseen", async () => {
  const readme = await Deno.readTextFile(new URL("../../examples/schedules/README.md", import.meta.url));
  const [, expected] = /```\n(report: added\n[^`]*)```/.exec(readme) ?? [];
  await using shop = await Workshop.open();
  const ran = await shop.deno("examples/schedules/week.ts");
  assertEquals([ran.code, ran.out], [0, expected], ran.err);
});
