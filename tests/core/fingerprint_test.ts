import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import fc from "fast-check";
import { type FailureTraits, fingerprintOf, normalise } from "../../src/core/fingerprint.ts";

const thrown: FailureTraits = {
  class: "Error",
  message: "boom",
  exitCode: null,
  signal: null,
  reason: "error",
};

function print(traits: Partial<FailureTraits>): string {
  return fingerprintOf({ ...thrown, ...traits });
}

/** Messages of one cause. */
const SAME: readonly (readonly string[])[] = [
  ["Order 17 not found", "Order 4711 not found", "Order -3 not found"],
  [
    "User 3f2b8a1e-5c0d-4e7f-9a1b-2c3d4e5f6a7b is locked",
    "User 00000000-0000-4000-8000-000000000000 is locked",
  ],
  ["No such file: /home/ada/a/b.csv", "No such file: /srv/data.csv", "No such file: C:\\data\\x.csv"],
  ['Unknown column "price"', 'Unknown column "total amount"'],
  ["Unknown column 'price'", "Unknown column 'total'"],
  ["Timed out after 30s", "Timed out after 1.5 s", "Timed out after 250ms"],
  ["Failed at 2026-01-31T22:00:00Z", "Failed at 2025-12-01 03:04:05.678"],
  ["Jan 31 22:00:01 host sync: refused", "Nov 2 07:00:59 host sync: refused"],
  ["Commit 9fceb02d0ae598e95dc970b74767f19372d61af8 is gone", "Commit 1a2b3c4d is gone"],
  ["Bad pointer 0x7ffe01", "Bad pointer 0xAB"],
  ["GET https://example.org/users/7?x=1 failed", "GET https://example.org/orders/8 failed"],
  ["\x1b[31mred 1\x1b[0m", "red 2"],
  ["too   many\n spaces", "too many spaces"],
  ["Took 1,234,567 bytes", "Took 99 bytes"],
];

for (const messages of SAME) {
  Deno.test(`the same cause: ${JSON.stringify(messages[0])}`, () => {
    assertEquals(
      new Set(messages.map((message) => print({ message }))).size,
      1,
      messages.map(normalise).join(" | "),
    );
  });
}

const OTHER: readonly (readonly [string, string])[] = [
  ["connect ECONNREFUSED", "connect ECONNRESET"],
  ["GET https://example.org/a failed", "GET https://example.com/a failed"],
  ["can't read", "can't write"],
  ["x is not a function", "x is not iterable"],
];

for (const [a, b] of OTHER) {
  Deno.test(`different causes: ${a} and ${b}`, () => {
    assertNotEquals(print({ message: a }), print({ message: b }));
  });
}

Deno.test("class, exit code, signal and reason tell causes apart", () => {
  const prints = [
    print({}),
    print({ class: "TypeError" }),
    print({ reason: "exit", exitCode: 1 }),
    print({ reason: "exit", exitCode: 2 }),
    print({ reason: "signal", signal: "SIGKILL" }),
    print({ reason: "signal", signal: "SIGSEGV" }),
    print({ reason: "timeout" }),
    print({ reason: "lost" }),
  ];
  assertEquals(new Set(prints).size, prints.length);
  for (const one of prints) assertMatch(one, /^[0-9a-f]{14}$/);
});

Deno.test("how a body ends when it is told to stop, and which worker died, do not matter", () => {
  assertEquals(
    print({ reason: "timeout", message: "Timed out after 5m", exitCode: 143 }),
    print({ reason: "timeout", message: "Timed out after 1s", signal: "SIGKILL" }),
  );
  assertEquals(
    print({ reason: "lost", message: "Worker box-1 is gone" }),
    print({ reason: "lost", message: "Worker other-2 is gone" }),
  );
});

const stack = (path: string, line: number, inner = "parse"): string =>
  `Error: boom 7\n    at ${inner} (file://${path}/rows.ts:${line}:5)\n    at async load (file://${path}/load.ts:${
    line + 1
  }:9)\n` +
  `    at node:internal/process/task_queues:105:5\n    at file://${path}/main.ts:${line}:1`;

Deno.test("frames count by function and file name, not by folder and line", () => {
  assertEquals(print({ stack: stack("/home/ada/job", 10) }), print({ stack: stack("/srv/other", 99) }));
  assertNotEquals(print({ stack: stack("/a", 1) }), print({ stack: stack("/a", 1, "read") }));
  assertNotEquals(print({ stack: stack("/a", 1) }), print({}));
});

Deno.test("frames of the runtime and of this library do not count", () => {
  const ours = new URL("../../src/runner/function.ts", import.meta.url).href;
  const own = "Error: boom\n    at work (file:///a/job.ts:1:1)";
  assertEquals(
    print({ stack: own }),
    print({
      stack:
        `${own}\n    at run (${ours}:40:9)\n    at ext:core/01_core.js:1:1\n    at Array.map (<anonymous>)`,
    }),
  );
});

Deno.test("of a command's output its last lines count: what comes before may be progress", () => {
  const failed = (message: string): string =>
    print({ class: "CommandFailed", reason: "exit", exitCode: 1, message });
  const end = "reading\nparsing\nfatal: bad row";
  assertEquals(failed(end), failed(`1% done\n2% done, 3 left\n\n${end}\n`));
  assertNotEquals(failed(end), failed("reading\nparsing\nfatal: no rows"));
});

const id = fc.oneof(
  fc.uuid(),
  fc.nat().map(String),
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
);
const words = fc.array(fc.stringMatching(/^[g-z]{2,8}$/), { minLength: 1, maxLength: 5 });

Deno.test("property: whatever the ids, the cause is the same; other words, another cause", () => {
  fc.assert(fc.property(words, fc.uuid(), fc.uuid(), fc.nat(), fc.nat(), (text, a, b, n, m) => {
    const one = print({ message: `${text.join(" ")} ${a} at row ${n}` });
    assertEquals(one, print({ message: `${text.join(" ")} ${b} at row ${m}` }));
    assertNotEquals(one, print({ message: `${text.join(" ")} extra ${a} at row ${n}` }));
  }));
});

Deno.test("property: a normalised message has no digits left, and stays as it is when normalised again", () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(id, fc.string(), fc.constantFrom("/", "'", '"', "at "))), (parts) => {
      const once = normalise(parts.join(" "));
      assert(!/[0-9]/.test(once), once);
    }),
  );
});

Deno.test("a long hostile message is dealt with at once", () => {
  for (const part of ["a/", "'", "<n>", "0x", "1:1:", "://", "f0f0f0", "a.b@c~", "\\", "Mon "]) {
    assertMatch(print({ message: part.repeat(100_000) }), /^[0-9a-f]{14}$/);
  }
});
