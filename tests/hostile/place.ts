/** A folder in which something hostile is tried. */

import { assertEquals } from "@std/assert";
import { size } from "../crash/sizes.ts";
import { Place } from "../cli/harness.ts";
import { CANARY, hostileValues } from "./values.ts";

const seed = Number(Deno.env.get("GIGQ_SEED") ?? crypto.getRandomValues(new Int32Array(1))[0]!);

/** A test with hostile values: 10,000 in the long form, and few in the quick one. Its seed is printed. */
export function hostileTest(
  name: string,
  quick: number,
  test: (place: Place, values: readonly string[]) => Promise<void>,
): void {
  Deno.test({
    name: `hostile values, seed ${seed}: ${name}`,
    ignore: Deno.build.os === "windows",
    async fn(): Promise<void> {
      await using place = await Place.make();
      const before = await filesIn(place);
      await test(place, hostileValues(size("hostile values", quick, 10_000), seed));
      const found = [...await filesIn(place), ...await filesIn(null)].filter((file) => file.includes(CANARY));
      assertEquals(found, [], "something was executed");
      assertEquals(before, []);
    },
  });
}

/** The files of the place, or of where the tests run. */
async function filesIn(place: Place | null): Promise<string[]> {
  return (await Array.fromAsync(Deno.readDir(place?.dir ?? Deno.cwd()))).map(({ name }) => name);
}

/** Parts of a list, so many in each. */
export function chunked<T>(list: readonly T[], count: number): T[][] {
  const chunks: T[][] = [];
  for (let at = 0; at < list.length; at += count) chunks.push(list.slice(at, at + count));
  return chunks;
}

/** Compares long lists, and shows only where they first differ: a diff of them all would take minutes. */
export function assertSame(actual: readonly unknown[], expected: readonly unknown[]): void {
  const at = expected.findIndex((value, index) => value !== actual[index]);
  if (at < 0 && actual.length === expected.length) return;
  const shown = [actual[at], expected[at]].map((value) => JSON.stringify(value)?.slice(0, 200));
  throw new Error(
    `${actual.length} values of ${expected.length}, the first other one is ${at}: ${shown.join(", not ")}`,
  );
}
