import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { UsageError } from "../../src/core/errors.ts";
import { type Backoff, DEFAULT_BACKOFF, parseBackoff, retryDelayMs } from "../../src/core/retry.ts";

const backoff: fc.Arbitrary<Backoff> = fc.record({
  kind: fc.constantFrom("fixed", "linear", "exponential"),
  baseMs: fc.integer({ min: 0, max: 1e9 }),
  more: fc.integer({ min: 0, max: 1e9 }),
  jitter: fc.constantFrom("none", "full", "equal"),
}).map(({ more, ...rest }) => ({ ...rest, capMs: rest.baseMs + more }) as Backoff);
const failures = fc.integer({ min: 1, max: 1_000_000 });
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

function delays(kind: Backoff["kind"], count: number): number[] {
  const rule: Backoff = { kind, baseMs: 1_000, capMs: 10_000, jitter: "none" };
  return Array.from({ length: count }, (_, n) => retryDelayMs(rule, n + 1, 0.5));
}

Deno.test("fixed, linear and exponential waits grow as they say, up to the cap", () => {
  assertEquals(delays("fixed", 4), [1_000, 1_000, 1_000, 1_000]);
  assertEquals(delays("linear", 12), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10].map((s) => s * 1_000));
  assertEquals(delays("exponential", 6), [1, 2, 4, 8, 10, 10].map((s) => s * 1_000));
});

Deno.test("jitter leaves all or half of the wait to chance", () => {
  const rule: Backoff = { kind: "fixed", baseMs: 1_000, capMs: 1_000, jitter: "full" };
  assertEquals([0, 0.25, 0.999].map((r) => retryDelayMs(rule, 1, r)), [0, 250, 999]);
  const equal: Backoff = { ...rule, jitter: "equal" };
  assertEquals([0, 0.5, 0.999].map((r) => retryDelayMs(equal, 1, r)), [500, 750, 1_000]);
});

Deno.test("property: a wait is finite, not negative, and never above the cap", () => {
  fc.assert(fc.property(backoff, failures, random, (rule, n, r) => {
    const wait = retryDelayMs(rule, n, r);
    assert(Number.isFinite(wait) && wait >= 0 && wait <= rule.capMs, `${wait}`);
  }));
});

Deno.test("property: without jitter waits never shrink, and chance does not matter", () => {
  fc.assert(fc.property(backoff, failures, random, random, (rule, n, r, s) => {
    const plain: Backoff = { ...rule, jitter: "none" };
    assert(retryDelayMs(plain, n + 1, r) >= retryDelayMs(plain, n, r));
    assertEquals(retryDelayMs(plain, n, r), retryDelayMs(plain, n, s));
  }));
});

Deno.test("property: full jitter stays below the plain wait, equal jitter in its upper half", () => {
  fc.assert(fc.property(backoff, failures, random, (rule, n, r) => {
    const plain = retryDelayMs({ ...rule, jitter: "none" }, n, r);
    assert(retryDelayMs({ ...rule, jitter: "full" }, n, r) <= plain);
    assert(retryDelayMs({ ...rule, jitter: "equal" }, n, r) >= Math.floor(plain / 2));
  }));
});

Deno.test("property: longer chance, longer wait", () => {
  fc.assert(fc.property(backoff, failures, random, random, (rule, n, r, s) => {
    const [low, high] = [Math.min(r, s), Math.max(r, s)];
    assert(retryDelayMs(rule, n, low) <= retryDelayMs(rule, n, high));
  }));
});

Deno.test("a rule is read from text", () => {
  const minutes5 = DEFAULT_BACKOFF.capMs;
  assertEquals(parseBackoff("fixed:2s"), { kind: "fixed", baseMs: 2_000, capMs: minutes5, jitter: "none" });
  assertEquals(parseBackoff("linear:5"), { kind: "linear", baseMs: 5_000, capMs: minutes5, jitter: "none" });
  assertEquals(parseBackoff("exp:2s..5m", "full"), {
    kind: "exponential",
    baseMs: 2_000,
    capMs: 300_000,
    jitter: "full",
  });
  assertEquals(parseBackoff("exponential:1ms..1ms").capMs, 1);
  assertEquals(parseBackoff("fixed:1h").capMs, 3_600_000, "a first wait above the default cap lifts it");
});

Deno.test("what is no rule is refused by name", () => {
  const bad = [
    "",
    "exp",
    "exp:",
    "slow:2s",
    "exp:2s..",
    "exp:..5m",
    "exp:2s..5m..6m",
    "exp:2s:3s",
    "constructor:1s",
    "2s",
  ];
  for (const text of bad) assertThrows(() => parseBackoff(text), UsageError, JSON.stringify(text));
  assertThrows(() => parseBackoff("exp:5m..2s"), UsageError, "cap 2s is shorter than the first wait 5m");
  assertThrows(() => parseBackoff("fixed:-2s"), UsageError, `"-2s"`);
});
