import { assertEquals, assertThrows } from "@std/assert";
import { formatRule, parseRule } from "../../src/core/error_rules.ts";
import { UsageError } from "../../src/core/errors.ts";
import type { ErrorAction, FollowUp } from "../../src/core/failure.ts";

const alert: FollowUp = { kind: "command", payload: { argv: ["./alert"] }, name: "alert" };

function find(name: string): FollowUp {
  if (name === "alert") return alert;
  throw new UsageError(`There is no job "${name}" to run`);
}

const ACTIONS: readonly [string, ErrorAction][] = [
  ["retry", { do: "retry" }],
  ["retry:30s", { do: "retry", delayMs: 30_000 }],
  ["retry:0s", { do: "retry", delayMs: 0 }],
  ["fail", { do: "fail" }],
  ["ignore", { do: "ignore" }],
  ["snooze", { do: "snooze" }],
  ["snooze:5m", { do: "snooze", delayMs: 300_000 }],
  ["dead", { do: "dead" }],
  ["pause-queue", { do: "pause-queue" }],
  ["run:alert", { do: "run", job: alert }],
];

for (const [text, action] of ACTIONS) {
  Deno.test(`an action is read: ${text}`, () => {
    for (const arrow of ["->", "=>", "→", " -> ", "  → "]) {
      const rule = parseRule(`exit:75${arrow}${text}`, find);
      assertEquals(rule, { match: { exit: [75, 75] }, action });
      assertEquals(parseRule(formatRule(rule), find), rule);
    }
  });
}

Deno.test("an arrow in a regular expression is none", () => {
  const rule = parseRule("error:/a -> b => c/ -> fail", find);
  assertEquals(rule, { match: { regex: { source: "a -> b => c", flags: "" } }, action: { do: "fail" } });
  assertEquals(formatRule(rule), "error:/a -> b => c/ -> fail");
});

const BAD: readonly [string, string, string?][] = [
  ["", 'Rule "" is not understood'],
  ["exit:75", 'Rule "exit:75" is not understood'],
  ["exit:75 -> retry -> fail", "is not understood"],
  ["exit:75 ->", 'Rule "exit:75 ->": an action is missing'],
  ["-> retry", "A failure to match is missing"],
  ["exit:75 -> snoze", 'Action "snoze" is unknown', 'Did you mean "snooze"?'],
  [
    "exit:75 -> panic",
    'Action "panic" is unknown',
    "There are retry, fail, ignore, snooze, dead, pause-queue and run:NAME",
  ],
  ["exit:75 -> fail:5m", 'Action "fail" takes nothing after it, and there is "5m"'],
  ["exit:75 -> snooze:soon", 'Duration "soon" is not understood'],
  ["exit:75 -> snooze:0s", "longer than nothing"],
  ["exit:75 -> run", 'Action "run" names no job', "Write run:NAME"],
  ["exit:75 -> run:nobody", 'There is no job "nobody" to run'],
  ["exit:75,timeout -> retry", "it matches several failures", "Write a rule for each of them"],
];

for (const [text, message, hint] of BAD) {
  Deno.test(`what is no rule is refused: ${text}`, () => {
    const error = assertThrows(() => parseRule(text, find), UsageError, message);
    if (hint !== undefined) assertEquals(error.hint, hint);
  });
}

Deno.test("a job without a name is shown by what it runs", () => {
  const shown = (job: FollowUp): string => formatRule({ match: {}, action: { do: "run", job } });
  assertEquals(shown({ ...alert, name: null }), "any -> run:./alert");
  assertEquals(
    shown({ kind: "http", payload: { url: "https://example.org" }, name: null }),
    "any -> run:https://example.org",
  );
});
