/** Which steps a retry runs, and what it says of each. */

import { assertEquals, assertThrows } from "@std/assert";
import { NotFoundError, UsageError } from "../../src/core/errors.ts";
import type { Rule, Status } from "../../src/core/job.ts";
import { planRetry, type RetryOptions, type RetryStep } from "../../src/core/workflow/retry.ts";

/** `fetch:completed`, `parse:failed<fetch`, `alert:skipped<parse!` (on failure), `clean:completed<parse?` (finished). */
function steps(...texts: readonly string[]): RetryStep[] {
  const ids = new Map<string, number>();
  return texts.map((text, index) => {
    const [, step, status, parents = ""] = /^(\w+):(\w+)(?:<(.*))?$/.exec(text)!;
    ids.set(step!, index + 1);
    const dependencies = parents === "" ? [] : parents.split(",").map((parent) => {
      const on: Rule = parent.endsWith("!") ? "failure" : parent.endsWith("?") ? "finished" : "success";
      return { id: ids.get(parent.replace(/[!?]$/, ""))!, on };
    });
    const reason = status === "failed" ? "exit" : null;
    return { id: index + 1, step: step!, status: status as Status, reason, dependencies };
  });
}

/** The plan as lines: `parse again: failed (exit 3)`. */
function plan(jobs: readonly RetryStep[], options: RetryOptions = {}): string[] {
  const codes = new Map([[2, 3]]); // the second job of most
  return planRetry(jobs, options, codes).map(({ step, again, why }) =>
    `${step} ${again ? "again" : "kept"}: ${why}`
  );
}

const NIGHTLY = steps(
  "fetch:completed",
  "parse:failed<fetch",
  "report:skipped<parse",
  "alert:completed<parse!",
);

Deno.test("retry: what failed and what comes after it; what completed is kept", () => {
  assertEquals(plan(NIGHTLY), [
    "fetch kept: completed",
    "parse again: failed (exit 3)",
    "report again: comes after parse",
    "alert again: comes after parse",
  ]);
});

Deno.test("retry: a step skipped for good stays, and what waits for it", () => {
  const jobs = steps("fetch:completed", "alert:skipped<fetch!", "page:skipped<alert", "other:cancelled");
  assertEquals(plan(jobs), [
    "fetch kept: completed",
    "alert kept: waits for the failure of fetch, which completed",
    "page kept: waits for the success of alert, which was skipped",
    "other again: cancelled",
  ]);
});

Deno.test("retry: what has not ended is let be", () => {
  assertEquals(plan(steps("a:running", "b:blocked<a", "c:failed")), [
    "a kept: running",
    "b kept: blocked",
    "c again: failed (exit)",
  ]);
});

const CHAIN = steps("a:completed", "b:completed<a", "c:completed<b", "d:failed<b", "e:failed");

Deno.test("retry from a step: it and what did not complete after it", () => {
  assertEquals(plan(CHAIN, { from: "b" }), [
    "a kept: completed",
    "b again: asked for",
    "c kept: completed",
    "d again: failed (exit)",
    "e kept: failed (exit)",
  ]);
});

Deno.test("retry downstream of a step: it and everything after it", () => {
  assertEquals(plan(CHAIN, { from: "a", downstream: true }), [
    "a again: asked for",
    "b again: comes after a",
    "c again: comes after b",
    "d again: failed (exit)",
    "e kept: failed (exit)",
  ]);
});

Deno.test("retry from a step: what ran on the word of its failure hears the new word", () => {
  assertEquals(plan(NIGHTLY, { from: "parse" }).slice(1), [
    "parse again: asked for",
    "report again: comes after parse",
    "alert again: comes after parse",
  ]);
  // It completed, and may fail now: the alert waits for that.
  const went = steps("parse:completed", "alert:skipped<parse!", "clean:completed<parse?");
  assertEquals(plan(went, { from: "parse" }), [
    "parse again: asked for",
    "alert again: comes after parse",
    "clean kept: completed",
  ]);
});

Deno.test("retry from a step that does not exist: near names, or all of them", () => {
  const near = assertThrows(() => plan(NIGHTLY, { from: "prase" }), NotFoundError, 'no step "prase"');
  assertEquals(near.hint, 'Did you mean "parse"?');
  const far = assertThrows(() => plan(NIGHTLY, { from: "x" }), NotFoundError);
  assertEquals(far.hint, "Its steps are fetch, parse, report, alert");
});

Deno.test("retry from a step whose parents ended otherwise", () => {
  const error = assertThrows(() => plan(NIGHTLY, { from: "report" }), UsageError);
  assertEquals(
    error.message,
    'Step "report" cannot run again: waits for the success of parse, which failed',
  );
  assertThrows(() => plan(NIGHTLY, { downstream: true }), UsageError, "needs a step to start from");
});

Deno.test("retry: what a rule started is no step: it runs again only where it failed", () => {
  const [parse, told, lost] = steps("parse:failed", "told:completed<parse?", "lost:failed<parse?");
  const jobs = [parse!, { ...told!, step: null }, { ...lost!, step: null }];
  assertEquals(plan(jobs), [
    "parse again: failed (exit)",
    "2 kept: completed",
    "3 again: failed (exit)",
  ]);
});
