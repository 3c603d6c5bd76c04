import { assertEquals } from "@std/assert";
import fc from "fast-check";
import { Occurrences } from "../../src/cli/map/occurrences.ts";

Deno.test("counts like a Map, through growth and repeats", () => {
  const digest = fc.oneof(
    fc.integer({ min: 1, max: 20 }),
    fc.integer({ min: 1, max: Number.MAX_SAFE_INTEGER }),
  );
  fc.assert(fc.property(fc.array(digest, { maxLength: 200 }), (digests) => {
    const occurrences = new Occurrences(1);
    const model = new Map<number, number>();
    for (const digest of digests) {
      const before = model.get(digest) ?? 0;
      assertEquals(occurrences.add(digest), before);
      model.set(digest, before + 1);
    }
  }));
});
