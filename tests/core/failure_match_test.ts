import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { BOUNDS } from "../../src/core/bounds.ts";
import { UsageError } from "../../src/core/errors.ts";
import type { FailureMatch } from "../../src/core/failure.ts";
import {
  type FailureFacts,
  formatMatch,
  matches,
  parseMatch,
  parseMatches,
} from "../../src/core/failure_match.ts";

/** A command that ended so. */
function exited(exitCode: number, message = "boom"): FailureFacts {
  return { reason: "exit", exitCode, signal: null, error: { class: "CommandFailed", message } };
}

function threw(name: string, message: string, fingerprint?: string): FailureFacts {
  const error = { class: name, message, ...fingerprint === undefined ? {} : { fingerprint } };
  return { reason: "error", exitCode: null, signal: null, error };
}

const killed: FailureFacts = { reason: "signal", exitCode: null, signal: "SIGKILL", error: null };
const late: FailureFacts = { reason: "timeout", exitCode: 143, signal: "SIGKILL", error: null };
const lost: FailureFacts = { reason: "lost", exitCode: null, signal: null, error: null };

const READ: readonly [string, FailureMatch][] = [
  ["any", {}],
  ["timeout", { reason: "timeout" }],
  [" lost ", { reason: "lost" }],
  ["error", { reason: "error" }],
  ["exit", { reason: "exit" }],
  ["signal", { reason: "signal" }],
  ["exit:75", { exit: [75, 75] }],
  ["exit:70-79", { exit: [70, 79] }],
  ["signal:SIGKILL", { signal: "SIGKILL" }],
  ["signal:kill", { signal: "SIGKILL" }],
  ["class:TypeError", { class: "TypeError" }],
  ["error:/ECONN/i", { regex: { source: "ECONN", flags: "i" } }],
  ["error:/a,b & c -> d/", { regex: { source: "a,b & c -> d", flags: "" } }],
  ["error:/[/]x\\/y/", { regex: { source: "[/]x\\/y", flags: "" } }],
  ["error:/a/b/i", { regex: { source: "a/b", flags: "i" } }],
  ["fingerprint:AB12cd", { fingerprint: "ab12cd" }],
  ["fp:ab12", { fingerprint: "ab12" }],
  ["exit:1 & error:/no, not/", { exit: [1, 1], regex: { source: "no, not", flags: "" } }],
];

for (const [text, match] of READ) {
  Deno.test(`a match is read: ${text}`, () => {
    assertEquals(parseMatch(text), match);
    assertEquals(parseMatch(formatMatch(match)), match);
  });
}

Deno.test("commas separate matches, but not within a regular expression", () => {
  assertEquals(parseMatches("timeout,exit:75, error:/a{1,2},b/ ,lost"), [
    { reason: "timeout" },
    { exit: [75, 75] },
    { regex: { source: "a{1,2},b", flags: "" } },
    { reason: "lost" },
  ]);
});

const BAD: readonly [string, string][] = [
  ["", "A failure to match is missing"],
  ["timeout,", "A failure to match is missing"],
  ["timout", 'Failure "timout" is not understood'],
  ["expired", 'Failure "expired" is not understood'],
  ["exit:", 'Exit code "" is not understood'],
  ["exit:256", 'Exit code "256" is not understood'],
  ["exit:-1", 'Exit code "-1" is not understood'],
  ["exit:79-70", 'Exit codes "79-70" run backwards'],
  ["signal:SIGKIL", 'There is no signal "SIGKIL"'],
  ["class:", 'Class "" is not the name of a class'],
  ["error:ECONN", 'Regular expression "ECONN" must stand between slashes'],
  ["error:/(/", "Regular expression /(/ is not valid: "],
  ["error:/a/g", 'Regular expression /a/ has the flags "g"'],
  ["error://", "An empty regular expression matches everything"],
  [`error:/${"a".repeat(BOUNDS.regexChars + 1)}/`, "longer than the 1000 allowed"],
  ["fp:ab1", 'Fingerprint "ab1" must have 4 to 16 hexadecimal digits'],
  ["fp:xyz12", "hexadecimal"],
  ["exit:1 & exit:2", "names two of exit"],
  ["timeout & exit:1", "no failure has both timeout and an exit code"],
  ["exit:1 & signal:KILL", "no failure has both an exit code and a signal"],
  ["lost & signal:KILL", "no failure has both lost and a signal"],
];

for (const [text, message] of BAD) {
  Deno.test(`what is no match is refused: ${text.slice(0, 40)}`, () => {
    assertThrows(() => parseMatches(text), UsageError, message);
  });
}

Deno.test("a hint tells what was meant", () => {
  const hint = (text: string): string | undefined => assertThrows(() => parseMatch(text), UsageError).hint;
  assertEquals(hint("timout"), 'Did you mean "timeout"?');
  assertEquals(hint("signal:SIGKIL"), 'Did you mean "KILL"?');
  assert(hint("expired")!.includes("never started"));
});

const MATCHED: readonly [string, FailureFacts, boolean][] = [
  ["any", lost, true],
  ["exit", exited(3), true],
  ["exit:75", exited(75), true],
  ["exit:75", exited(74), false],
  ["exit:70-79", exited(70), true],
  ["exit:70-79", exited(79), true],
  ["exit:70-79", exited(80), false],
  ["exit:127", { ...threw("CommandNotFound", "x"), exitCode: 127 }, true],
  ["signal", killed, true],
  ["signal:KILL", killed, true],
  ["signal:TERM", killed, false],
  ["timeout", late, true],
  ["exit:143", late, false],
  ["signal:KILL", late, false],
  ["lost", lost, true],
  ["class:TypeError", threw("TypeError", "x"), true],
  ["class:Type", threw("TypeError", "x"), false],
  ["error:/ECONN/", threw("Error", "connect ECONNREFUSED"), true],
  ["error:/econn/", threw("Error", "connect ECONNREFUSED"), false],
  ["error:/^Error: connect/", threw("Error", "connect"), true],
  ["error:/./", lost, false],
  ["fp:ab12", threw("Error", "x", "ab12cd3400ff00"), true],
  ["fp:cd34", threw("Error", "x", "ab12cd3400ff00"), false],
  ["fp:ab12", threw("Error", "x"), false],
  ["exit:1 & error:/disk/", exited(1, "disk full"), true],
  ["exit:1 & error:/disk/", exited(2, "disk full"), false],
];

for (const [text, facts, expected] of MATCHED) {
  Deno.test(`${text} ${expected ? "matches" : "does not match"} ${JSON.stringify(facts).slice(0, 80)}`, () => {
    assertEquals(matches(parseMatch(text), facts), expected);
  });
}

Deno.test("a regular expression sees no more of a message than is kept of it", () => {
  const message = `${"x".repeat(BOUNDS.errorChars)}END`;
  assertEquals(matches(parseMatch("error:/END/"), threw("Error", message)), false);
});

const word = fc.stringMatching(/^[A-Za-z]{1,12}$/);
const match: fc.Arbitrary<FailureMatch> = fc.oneof(
  fc.record({
    exit: fc.tuple(fc.integer({ min: 0, max: 99 }), fc.integer({ min: 100, max: 255 })),
    class: word,
    regex: fc.record({
      source: fc.stringMatching(/^[A-Za-z,& >/=-]{1,20}$/),
      flags: fc.constantFrom("", "i", "ims"),
    }),
  }, { requiredKeys: [], noNullPrototype: true }).map(({ regex, ...rest }) => ({
    ...rest,
    // As people write them: a slash in a regular expression is escaped.
    ...regex === undefined ? {} : { regex: { ...regex, source: regex.source.replaceAll("/", "\\/") } },
  })),
  fc.record({ reason: fc.constantFrom("timeout", "lost", "error") }, { noNullPrototype: true }),
) as fc.Arbitrary<FailureMatch>;

Deno.test("property: matches that are written read as the same, alone and in lists", () => {
  fc.assert(fc.property(fc.array(match, { minLength: 1, maxLength: 4 }), (list) => {
    assertEquals(parseMatches(list.map(formatMatch).join(",")), list);
  }));
});
