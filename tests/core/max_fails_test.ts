import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../src/core/errors.ts";
import { formatMaxFails, isHalting, parseMaxFails } from "../../src/core/max_fails.ts";

Deno.test("max-fails: a count or a share", () => {
  for (
    const [text, value] of [["1", { count: 1 }], ["10", { count: 10 }], ["10%", { percent: 10 }]] as const
  ) {
    assertEquals(parseMaxFails(text), value);
    assertEquals(formatMaxFails(value), text);
  }
  assertEquals(parseMaxFails("0.5%"), { percent: 0.5 });
  assertEquals(parseMaxFails("100%"), { percent: 100 });
});

const REFUSED: readonly (readonly [string, string])[] = [
  ["0", "0 failures are there from the beginning"],
  ["1.5", "1.5 is no whole number of failures"],
  ["101%", "101% is no share of failures: it must be above 0% and at most 100%"],
  ["0%", "0% is no share of failures: it must be above 0% and at most 100%"],
  ["-1", '"-1" is no number of failures'],
  ["many", '"many" is no number of failures'],
  ["", '"" is no number of failures'],
  ["10 %", '"10 %" is no number of failures'],
];

for (const [text, message] of REFUSED) {
  Deno.test(`max-fails: refuses "${text}"`, () => {
    const error = assertThrows(() => parseMaxFails(text), UsageError);
    assertEquals(error.message, message);
    assertEquals(typeof error.hint, "string");
  });
}

Deno.test("max-fails: a share is of all jobs, and one failure at least", () => {
  assertEquals(isHalting({ count: 2 }, 1, 10), false);
  assertEquals(isHalting({ count: 2 }, 2, 10), true);
  assertEquals(isHalting({ percent: 10 }, 1, 11), false);
  assertEquals(isHalting({ percent: 10 }, 1, 10), true);
  assertEquals(isHalting({ percent: 10 }, 2, 20), true);
  assertEquals(isHalting({ percent: 10 }, 0, 0), false);
});
