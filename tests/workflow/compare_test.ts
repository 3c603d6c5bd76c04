/** What is noticed when a workflow has changed since a run of it was submitted. */

import { assertEquals } from "@std/assert";
import type { Job, NewJob } from "../../src/core/job.ts";
import { areSame, compareSteps, describeDifferences } from "../../src/core/workflow/compare.ts";
import { resolveWorkflow } from "../../src/core/workflow.ts";
import { readWorkflowText } from "../../src/library/workflow/read_file.ts";

const FLOW = `
steps:
  fetch: { run: [curl, x], retry: 2, timeout: 1m }
  parse: { run: [parse], after: [fetch], tags: [b, a] }
  alert: { run: [alert], after: [{ step: parse, on: failure }] }
`;

async function jobs(text: string, nowMs = 0): Promise<readonly NewJob[]> {
  const reading = await readWorkflowText(text, new URL("file:///flow.yaml"), nowMs);
  if ("problems" in reading) throw new Error(reading.problems[0]!.message);
  return resolveWorkflow(reading.spec).jobs;
}

/** As a store gives them back: with ids, and the members of objects in another order. */
function stored(submitted: readonly NewJob[]): Job[] {
  const reversed = <T extends object>(value: T): T =>
    Object.fromEntries(Object.entries(value).reverse()) as T;
  return submitted.map(({ after, ...job }, index) =>
    ({
      ...job,
      id: 10 + index,
      policy: reversed(job.policy),
      payload: reversed(job.payload),
      dependencies: after.map((edge) => ({ id: 10 + ("index" in edge ? edge.index : 0), on: edge.on })),
    }) as unknown as Job
  );
}

async function told(text: string): Promise<string> {
  return describeDifferences(compareSteps(stored(await jobs(FLOW)), await jobs(text)));
}

Deno.test("compare: the same file, read at another time, is the same", async () => {
  const delayed = FLOW.replace("retry: 2", "retry: 2, delay: 5m, expires: 1h");
  assertEquals(areSame(compareSteps(stored(await jobs(delayed)), await jobs(delayed, 1e12))), true);
  assertEquals(await told(FLOW), "");
  assertEquals(await told(FLOW.replace("[b, a]", "[a, b]")), "");
});

const CHANGES: readonly (readonly [from: string, to: string, told: string])[] = [
  ["[curl, x]", "[curl, y]", "fetch changed (what it runs)"],
  ["run: [curl, x]", "shell: curl x", "fetch changed (what it runs)"],
  ["retry: 2", "retry: 3", "fetch changed (policy)"],
  ["timeout: 1m", "timeout: 2m", "fetch changed (policy)"],
  ["after: [fetch]", "after: []", "parse changed (dependencies)"],
  ["on: failure", "on: finished", "alert changed (dependencies)"],
  ["tags: [b, a]", "queue: mail, priority: 5", "parse changed (queue, priority, tags)"],
  ["  fetch:", "  first: { run: [x] }\n  fetch:", "first is new"],
  ["  alert:", "  page:", "page is new, alert is gone"],
];

for (const [from, to, expected] of CHANGES) {
  Deno.test(`compare: ${from} → ${to.replace("\n", " ")}`, async () => {
    assertEquals(FLOW.includes(from), true);
    assertEquals(await told(FLOW.replace(from, to)), expected);
  });
}

Deno.test("compare: many differences are told in one line", async () => {
  const many = FLOW + Array.from({ length: 20 }, (_, index) => `  s${index}: { run: [x] }\n`).join("");
  assertEquals(
    await told(many),
    "s0 is new, s1 is new, s2 is new, s3 is new, s4 is new, s5 is new and 14 more",
  );
});
