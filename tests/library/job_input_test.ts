import { assertEquals, assertThrows } from "@std/assert";
import { DataError, UsageError } from "../../src/core/errors.ts";
import { type JobOptions, toNewJob } from "../../src/library/job_input.ts";
import { command, http, module } from "../../src/library/jobs.ts";
import { task } from "../../src/library/task.ts";

const NOW = Date.UTC(2026, 0, 1);
const job = command(["true"]);

Deno.test("toNewJob: defaults by kind", () => {
  const plain = toNewJob(job, {}, NOW);
  assertEquals(
    [plain.queue, plain.priority, plain.name, plain.runAt, plain.expiresAt, plain.unique],
    ["default", 0, null, null, null, null],
  );
  assertEquals(plain.policy.maxAttempts, 1);
  assertEquals(toNewJob(http("https://example.org"), {}, NOW).policy.maxAttempts, 1);
  assertEquals(toNewJob(module("./a.ts#b"), {}, NOW).policy.maxAttempts, 3);
  assertEquals(toNewJob(task("t", () => 1)(), {}, NOW).policy.maxAttempts, 3);
});

Deno.test("toNewJob: options given at submit win over the job's own", () => {
  const own = command(["true"], { priority: 1, queue: "slow", retries: 2 });
  const stored = toNewJob(own, { priority: 7 }, NOW);
  assertEquals([stored.priority, stored.queue, stored.policy.maxAttempts], [7, "slow", 3]);
});

Deno.test("toNewJob: times count from the moment of submit", () => {
  assertEquals(toNewJob(job, { delay: "10m" }, NOW).runAt, NOW + 600_000);
  assertEquals(toNewJob(job, { delay: 250 }, NOW).runAt, NOW + 250);
  assertEquals(toNewJob(job, { runAt: "2026-02-01T00:00:00Z" }, NOW).runAt, Date.UTC(2026, 1, 1));
  assertEquals(toNewJob(job, { runAt: new Date(NOW + 5) }, NOW).runAt, NOW + 5);
  assertEquals(toNewJob(job, { expires: "1h" }, NOW).expiresAt, NOW + 3_600_000);
});

Deno.test("toNewJob: unique keys and their scopes", () => {
  assertEquals(toNewJob(job, { unique: "k" }, NOW).unique, { key: "k", scope: "unfinished" });
  assertEquals(toNewJob(job, { unique: { key: "k", for: "always" } }, NOW).unique, {
    key: "k",
    scope: "always",
  });
  assertEquals(toNewJob(job, { unique: { key: "k", for: "1h" } }, NOW).unique, {
    key: "k",
    scope: 3_600_000,
  });
});

const REFUSED: readonly [string, JobOptions, string][] = [
  ["priority", { priority: 1.5 }, "not 1.5"],
  ["priority out of range", { priority: 1e9 }, "1000000000"],
  ["retries", { retries: -1 }, "not -1"],
  ["max attempts", { maxAttempts: 0 }, "not 0"],
  ["both budgets", { retries: 1, maxAttempts: 2 }, "not both"],
  ["timeout text", { timeout: "soon" }, '"soon"'],
  ["timeout zero", { timeout: 0 }, "longer than nothing"],
  ["timeout negative", { timeout: -5 }, "-5"],
  ["delay and time", { delay: 1, runAt: 2 }, "not both"],
  ["expires before its time", { runAt: NOW + 2, expires: new Date(NOW + 2) }, "would never run"],
  ["name too long", { name: "x".repeat(129) }, "1 to 128"],
  ["name with a newline", { name: "a\nb" }, "printable"],
  ["empty queue", { queue: "" }, "queue"],
  ["empty tag", { tags: [""] }, "tag"],
  ["empty key", { unique: "" }, "Unique key"],
  ["backoff", { backoff: "sometimes" }, '"sometimes"'],
  ["parent", { after: [0] }, "parent id"],
];

for (const [what, options, message] of REFUSED) {
  Deno.test(`toNewJob refuses a bad option: ${what}`, () => {
    assertThrows(() => toNewJob(job, options, NOW), UsageError, message);
  });
}

Deno.test("toNewJob refuses params that JSON cannot carry, naming the place", () => {
  const fn = task("t", (_: unknown) => null);
  assertThrows(() => toNewJob(fn({ when: { at: NaN } }), {}, NOW), DataError, "params.params.when.at is NaN");
  assertThrows(() => toNewJob(fn({ big: "x".repeat(1_000_001) }), {}, NOW), DataError, "bytes of JSON");
});

Deno.test("command refuses what cannot be run", () => {
  assertThrows(() => command([]), UsageError, "no command");
  assertThrows(() => command(["a", "b"], { shell: true }), UsageError, "one string");
  assertThrows(() => command(["a\0b"]), UsageError, "NUL");
});

Deno.test("module references resolve to URLs", () => {
  const base = new URL("file:///home/ada/flow.yaml");
  assertEquals(module("./a.ts#fn", { x: 1 }, {}, base).payload, {
    url: "file:///home/ada/a.ts",
    export: "fn",
    params: { x: 1 },
  });
  assertEquals(module("lib/100%?.ts", null, {}, base).payload.url, "file:///home/ada/lib/100%25%3F.ts");
  assertEquals(module("https://example.org/m.ts#go").payload.url, "https://example.org/m.ts");
  assertEquals(module("./a.ts", null, {}, base).payload.export, "default");
  assertThrows(() => module("#fn"), UsageError, '"#fn"');
});

Deno.test("http refuses other protocols", () => {
  assertThrows(() => http("ftp://example.org"), UsageError, "ftp://example.org");
});
