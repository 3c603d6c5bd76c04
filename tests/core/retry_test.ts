import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { UsageError } from "../../src/core/errors.ts";
import {
  type Backoff,
  checkBackoff,
  DEFAULT_BACKOFF,
  formatBackoff,
  type Jitter,
  JITTERS,
  parseBackoff,
  retryDelayMs,
  retryRangeMs,
} from "../../src/core/retry.ts";
import { seededRandom } from "../../src/core/seeded_random.ts";

const duration = fc.integer({ min: 0, max: 1e9 });
const grown = fc.record({
  kind: fc.constantFrom("fixed", "linear", "exponential", "fibonacci"),
  baseMs: duration,
  more: duration,
  jitter: fc.constantFrom<Jitter>("none", "full", "equal"),
}).map(({ more, ...rest }) => ({ ...rest, capMs: rest.baseMs + more }) as Backoff);
const listed = fc.record({
  listMs: fc.array(duration, { minLength: 1, maxLength: 5 }),
  jitter: fc.constantFrom<Jitter>("none", "full", "equal"),
}).map(({ listMs, jitter }): Backoff => ({
  kind: "list",
  baseMs: listMs[0]!,
  capMs: Math.max(...listMs),
  jitter,
  listMs,
}));
const chained = grown.map((rule): Backoff => ({ ...rule, kind: "exponential", jitter: "decorrelated" }));
const backoff = fc.oneof(grown, listed, chained);
const failures = fc.integer({ min: 1, max: 1_000_000 });
const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

const always = (value: number) => (): number => value;

function delays(kind: Backoff["kind"], count: number): number[] {
  const rule: Backoff = { kind, baseMs: 1_000, capMs: 10_000, jitter: "none" };
  return Array.from({ length: count }, (_, n) => retryDelayMs(rule, n + 1, always(0.5)));
}

Deno.test("fixed, linear and exponential waits grow as they say, up to the cap", () => {
  assertEquals(delays("fixed", 4), [1_000, 1_000, 1_000, 1_000]);
  assertEquals(delays("linear", 12), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10].map((s) => s * 1_000));
  assertEquals(delays("exponential", 6), [1, 2, 4, 8, 10, 10].map((s) => s * 1_000));
});

Deno.test("fibonacci waits are sums of the two before, listed ones what the list says, and its last repeats", () => {
  assertEquals(delays("fibonacci", 7), [1, 1, 2, 3, 5, 8, 10].map((s) => s * 1_000));
  const rule = parseBackoff("list:1s,5s,30s");
  assertEquals([1, 2, 3, 4, 1_000_000].map((n) => retryDelayMs(rule, n, always(0))), [
    1_000,
    5_000,
    30_000,
    30_000,
    30_000,
  ]);
  assertEquals(retryDelayMs(parseBackoff("list:30s,1s"), 2, always(0)), 1_000, "a list may go down");
});

Deno.test("decorrelated jitter draws from the first wait to three times the wait before", () => {
  const rule: Backoff = { kind: "exponential", baseMs: 1_000, capMs: 100_000, jitter: "decorrelated" };
  assertEquals([1, 2, 3].map((n) => retryDelayMs(rule, n, always(0))), [1_000, 1_000, 1_000]);
  assertEquals([1, 2, 3].map((n) => retryDelayMs(rule, n, always(0.5))), [2_000, 3_500, 5_750]);
  const draws = [0.5, 0.25];
  assertEquals(retryDelayMs(rule, 2, () => draws.shift()!), 1_000 + 0.25 * (3 * 2_000 - 1_000));
  assertEquals(retryDelayMs(rule, 1_000_000, always(0.999)), 100_000);
});

Deno.test("decorrelated waits are spread as a chain that remembers would spread them", () => {
  const rule: Backoff = { kind: "exponential", baseMs: 1_000, capMs: 20_000, jitter: "decorrelated" };
  // Seeded, so that the figures are the same in every run.
  const chance = seededRandom(42);
  const runs = 20_000;
  let chain = 0;
  let stateless = 0;
  for (let run = 0; run < runs; run++) {
    let wait = rule.baseMs;
    for (let n = 0; n < 4; n++) {
      wait = Math.min(rule.capMs, rule.baseMs + chance() * (3 * wait - rule.baseMs));
    }
    chain += wait;
    stateless += retryDelayMs(rule, 4, chance);
  }
  const difference = Math.abs(chain - stateless) / chain;
  assert(difference < 0.02, `means differ by ${difference}`);
});

Deno.test("property: every wait lies within the range that is told beforehand", () => {
  fc.assert(fc.property(backoff, failures, random, (rule, n, r) => {
    const [least, most] = retryRangeMs(rule, n);
    const wait = retryDelayMs(rule, n, always(r));
    assert(wait >= Math.floor(least) && wait <= Math.ceil(most), `${least} <= ${wait} <= ${most}`);
  }));
});

Deno.test("property: a rule that is written reads as the same", () => {
  fc.assert(fc.property(backoff, (rule) => {
    assertEquals(parseBackoff(formatBackoff(rule), rule.jitter), rule);
  }));
});

Deno.test("jitter leaves all or half of the wait to chance", () => {
  const rule: Backoff = { kind: "fixed", baseMs: 1_000, capMs: 1_000, jitter: "full" };
  assertEquals([0, 0.25, 0.999].map((r) => retryDelayMs(rule, 1, always(r))), [0, 250, 999]);
  const equal: Backoff = { ...rule, jitter: "equal" };
  assertEquals([0, 0.5, 0.999].map((r) => retryDelayMs(equal, 1, always(r))), [500, 750, 1_000]);
});

Deno.test("property: a wait is finite, not negative, and never above the cap", () => {
  fc.assert(fc.property(backoff, failures, random, (rule, n, r) => {
    const wait = retryDelayMs(rule, n, always(r));
    assert(Number.isFinite(wait) && wait >= 0 && wait <= rule.capMs, `${wait}`);
  }));
});

Deno.test("property: without jitter waits never shrink, and chance does not matter", () => {
  fc.assert(fc.property(grown, failures, random, random, (rule, n, r, s) => {
    const plain: Backoff = { ...rule, jitter: "none" };
    assert(retryDelayMs(plain, n + 1, always(r)) >= retryDelayMs(plain, n, always(r)));
    assertEquals(retryDelayMs(plain, n, always(r)), retryDelayMs(plain, n, always(s)));
  }));
});

Deno.test("property: full jitter stays below the plain wait, equal jitter in its upper half", () => {
  fc.assert(fc.property(fc.oneof(grown, listed), failures, random, (rule, n, r) => {
    const plain = retryDelayMs({ ...rule, jitter: "none" }, n, always(r));
    assert(retryDelayMs({ ...rule, jitter: "full" }, n, always(r)) <= plain);
    assert(retryDelayMs({ ...rule, jitter: "equal" }, n, always(r)) >= Math.floor(plain / 2));
  }));
});

Deno.test("property: longer chance, longer wait", () => {
  fc.assert(fc.property(backoff, failures, random, random, (rule, n, r, s) => {
    const [low, high] = [Math.min(r, s), Math.max(r, s)];
    assert(retryDelayMs(rule, n, always(low)) <= retryDelayMs(rule, n, always(high)));
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
    "fib:",
    "list:",
    "list:1s,,2s",
    "fixed:1s,2s",
    "exp:1s,2s..3s",
  ];
  for (const text of bad) assertThrows(() => parseBackoff(text), UsageError, JSON.stringify(text));
  assertThrows(() => parseBackoff("exp:5m..2s"), UsageError, "cap 2s is shorter than the first wait 5m");
  assertThrows(() => parseBackoff("fixed:-2s"), UsageError, `"-2s"`);
  assertThrows(() => parseBackoff("fib:1h..1m"), UsageError, "cap 1m is shorter than the first wait 1h");
});

Deno.test("a rule that contradicts itself is refused", () => {
  const rule: Backoff = { kind: "fixed", baseMs: 1_000, capMs: 2_000, jitter: "none" };
  const bad: [Partial<Backoff>, string][] = [
    [{ kind: "slow" as "fixed" }, 'Backoff kind "slow" is unknown'],
    [{ jitter: "some" as "none" }, 'Jitter "some" is unknown'],
    [{ kind: "list" }, "needs its waits"],
    [{ kind: "list", listMs: [] }, "1 to 1000 waits, not 0"],
    [{ kind: "list", listMs: Array(1_001).fill(1) }, "1 to 1000 waits, not 1001"],
    [{ listMs: [1] }, "kind fixed has no list"],
    [{ baseMs: -1 }, "-1ms is out of range"],
    [{ baseMs: NaN }, "NaNms is out of range"],
    [{ baseMs: 3_000 }, "cap 2000ms is shorter than the first wait 3000ms"],
    [{ jitter: "decorrelated" }, "goes with exp, not with fixed"],
  ];
  for (const [change, message] of bad) {
    assertThrows(() => checkBackoff({ ...rule, ...change }), UsageError, message);
  }
  for (const jitter of JITTERS) assertEquals(parseBackoff("exp:1s", jitter).jitter, jitter);
  assertThrows(() => parseBackoff("list:1s,2s", "decorrelated"), UsageError, "not with list");
});
