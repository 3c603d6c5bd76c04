import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { BOUNDS } from "../../src/core/bounds.ts";
import { formatDuration, parseDuration, parseTime } from "../../src/core/duration.ts";
import { UsageError } from "../../src/core/errors.ts";

const NOW = Date.parse("2026-03-04T05:06:07Z");

Deno.test("durations as people write them", () => {
  const cases: Record<string, number> = {
    "0": 0,
    "0s": 0,
    "90": 90_000,
    "1.5": 1_500,
    "250ms": 250,
    "0.4ms": 0,
    "10s": 10_000,
    "1.5h": 5_400_000,
    "2h30m": 9_000_000,
    "1d": 86_400_000,
    "2w": 1_209_600_000,
    " 5m ": 300_000,
    "1h1m1s1ms": 3_661_001,
    "30m2h": 9_000_000,
  };
  for (const [text, ms] of Object.entries(cases)) assertEquals(parseDuration(text), ms, text);
});

Deno.test("what is no duration is refused by name", () => {
  const bad = [
    "",
    " ",
    "-1s",
    "+5s",
    "s",
    "5 s",
    "1,5s",
    "1e3",
    "5x",
    "5M",
    ".5s",
    "5.s",
    "s5",
    "10s!",
    "NaN",
    "Infinity",
  ];
  for (const text of bad) {
    const error = assertThrows(() => parseDuration(text), UsageError, JSON.stringify(text));
    assert(error.hint !== undefined);
  }
});

Deno.test("the longest duration is the bound, to the millisecond", () => {
  assertEquals(parseDuration(`${BOUNDS.durationMs}ms`), BOUNDS.durationMs);
  assertThrows(() => parseDuration(`${BOUNDS.durationMs + 1}ms`), UsageError);
  assertThrows(() => parseDuration("9".repeat(400)), UsageError);
});

Deno.test("property: the sum of its parts, in any order of units", () => {
  const units = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  const part = fc.tuple(
    fc.integer({ min: 0, max: 999 }),
    fc.constantFrom(...Object.keys(units) as (keyof typeof units)[]),
  );
  fc.assert(fc.property(fc.array(part, { minLength: 1, maxLength: 5 }), (parts) => {
    const text = parts.map(([n, unit]) => `${n}${unit}`).join("");
    assertEquals(parseDuration(text), parts.reduce((sum, [n, unit]) => sum + n * units[unit], 0));
  }));
});

Deno.test("durations are written for people", () => {
  const cases: [number, string][] = [
    [0, "0ms"],
    [340.4, "340ms"],
    [999, "999ms"],
    [1_000, "1s"],
    [2_500, "2.5s"],
    [59_000, "59s"],
    [60_000, "1m00s"],
    [250_000, "4m10s"],
    [7_500_000, "2h05m"],
    [273_600_000, "3d04h"],
  ];
  for (const [ms, text] of cases) assertEquals(formatDuration(ms), text, `${ms}`);
});

Deno.test("property: what is written can be read, and is right to a hundredth or its smaller unit", () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: BOUNDS.durationMs }), (ms) => {
    const read = parseDuration(formatDuration(ms));
    const step = ms < 1_000
      ? 1
      : ms < 60_000
      ? 1_000
      : ms < 3_600_000
      ? 1_000
      : ms < 86_400_000
      ? 60_000
      : 3_600_000;
    assert(Math.abs(read - ms) < step, `${ms} → ${formatDuration(ms)} → ${read}`);
  }));
});

Deno.test("property: no text makes the parser do anything but answer or refuse", () => {
  fc.assert(fc.property(fc.string(), (text) => {
    try {
      const ms = parseDuration(text);
      assert(Number.isSafeInteger(ms) && ms >= 0 && ms <= BOUNDS.durationMs);
    } catch (error) {
      assert(error instanceof UsageError);
    }
  }));
});

Deno.test("a time may be a duration from now, or RFC 3339", () => {
  assertEquals(parseTime("10m", NOW), NOW + 600_000);
  assertEquals(parseTime("90", NOW), NOW + 90_000);
  assertEquals(parseTime("2026-01-31T22:00:00Z", NOW), Date.UTC(2026, 0, 31, 22));
  assertEquals(parseTime("2026-01-31T22:00:00.250+02:00", NOW), Date.UTC(2026, 0, 31, 20, 0, 0, 250));
  assertEquals(parseTime("2026-01-31 22:00:00Z", NOW), Date.UTC(2026, 0, 31, 22));
  assertEquals(parseTime("2026-01-31", NOW), new Date(2026, 0, 31).getTime());
});

Deno.test("a time of day is the next one", () => {
  const noon = new Date(2026, 2, 4, 12, 0, 0).getTime();
  assertEquals(parseTime("22:00", noon), new Date(2026, 2, 4, 22).getTime());
  assertEquals(parseTime("9:30", noon), new Date(2026, 2, 5, 9, 30).getTime());
  assertEquals(parseTime("12:00", noon), new Date(2026, 2, 5, 12).getTime(), "the present is not to come");
  assertEquals(parseTime("00:00", noon), new Date(2026, 2, 5).getTime());
});

Deno.test("what is no time is refused by name", () => {
  for (
    const text of [
      "",
      "soon",
      "24:00",
      "12:60",
      "2026-13-01",
      "2026-01-31T25:00Z",
      "2026-1-1",
      "-5m",
      "12:00:00",
    ]
  ) {
    assertThrows(() => parseTime(text, NOW), UsageError, JSON.stringify(text));
  }
});
