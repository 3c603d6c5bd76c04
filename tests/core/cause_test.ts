import { assertEquals, assertThrows } from "@std/assert";
import { formatCause, isMuted, parseCause } from "../../src/core/cause.ts";
import { UsageError } from "../../src/core/errors.ts";

Deno.test("causes are written E3", () => {
  assertEquals([formatCause(3), parseCause("E3"), parseCause("e12")], ["E3", 3, 12]);
  for (const word of ["3", "X3", "E", "E0", "E-1", "E3,E4", "E1.5", ""]) {
    assertThrows(() => parseCause(word), UsageError, `"${word}" is not the id of a cause`);
  }
});

Deno.test("a cause is muted until its time", () => {
  assertEquals(isMuted({ mutedUntil: null }, 5), false);
  assertEquals(isMuted({ mutedUntil: 5 }, 5), false);
  assertEquals(isMuted({ mutedUntil: 6 }, 5), true);
  assertEquals(isMuted({ mutedUntil: Infinity }, 5), true);
});
