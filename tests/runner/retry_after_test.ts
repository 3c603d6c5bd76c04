import { assertEquals } from "@std/assert";
import { CommandRunner } from "../../src/runner/command.ts";
import { HttpRunner } from "../../src/runner/http.ts";
import { delayOf, headerDelay, printedDelay } from "../../src/runner/retry_after.ts";
import { runOne } from "./context.ts";

const NOW = Date.parse("2026-01-31T12:00:00Z");
const DAY = 86_400_000;

Deno.test("Retry-After is seconds or a date, by the server's own clock where it tells it, and at most a day", () => {
  const table: readonly (readonly [string | null, string | null, number | undefined])[] = [
    ["120", null, 120_000],
    [" 0 ", null, 0],
    ["Sat, 31 Jan 2026 12:05:00 GMT", null, 300_000],
    ["Sat, 31 Jan 2026 12:05:00 GMT", "Sat, 31 Jan 2026 12:04:00 GMT", 60_000],
    ["Sat, 31 Jan 2026 11:00:00 GMT", null, 0],
    ["Sat, 31 Jan 2026 12:05:00 GMT", "nonsense", 300_000],
    ["99999999999", null, DAY],
    ["Fri, 31 Dec 9999 23:59:59 GMT", null, DAY],
    ["soon", null, undefined],
    ["-5", null, undefined],
    ["", null, undefined],
    [null, null, undefined],
  ];
  for (const [value, date, ms] of table) {
    assertEquals(headerDelay(value, date, NOW), ms, `${value} with ${date}`);
  }
});

Deno.test("a thrown value names a delay by a number only", () => {
  assertEquals(delayOf({ retryAfterMs: 1.6 }), 2);
  assertEquals(delayOf({ retryAfterMs: Infinity }), 100 * 365 * DAY);
  for (
    const value of [null, undefined, "x", {}, { retryAfterMs: "5" }, { retryAfterMs: NaN }, {
      retryAfterMs: -1,
    }]
  ) {
    assertEquals(delayOf(value), undefined);
  }
});

Deno.test("the last line that names a delay counts", () => {
  assertEquals(printedDelay(["Retry-After: 1m", "  retry-after: 90  ", "bye"]), 90_000);
  assertEquals(printedDelay(["Retry-After: 1m", "Retry-After: soon"]), 60_000);
  assertEquals(printedDelay(["say Retry-After: 1m"]), undefined);
});

Deno.test("a refused request takes the delay from its response", async () => {
  const answers = [
    new Response(null, { status: 429, headers: { "retry-after": "7" } }),
    new Response("no", { status: 503, headers: { "retry-after": "soon" } }),
    new Response(null, { status: 404 }),
  ];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, () => answers.shift()!);
  try {
    const delays = [];
    for (let i = 0; i < 3; i++) {
      const ended = await runOne(new HttpRunner(), { url: `http://127.0.0.1:${server.addr.port}/` });
      delays.push(ended.type === "failed" && [ended.permanent, ended.retryAfterMs]);
    }
    assertEquals(delays, [[false, 7_000], [false, undefined], [false, undefined]]);
  } finally {
    await server.shutdown();
  }
});

Deno.test({
  name: "exit code 75 with a line on standard error names the delay; another code does not",
  ignore: Deno.build.os === "windows",
  async fn(): Promise<void> {
    const delay = async (script: string): Promise<unknown> => {
      const ended = await runOne(new CommandRunner(), { argv: ["sh", "-c", script] });
      return ended.type === "failed" && [ended.usage?.exitCode, ended.retryAfterMs];
    };
    assertEquals(await delay("echo 'Retry-After: 2m' >&2; echo later >&2; exit 75"), [75, 120_000]);
    assertEquals(await delay("echo 'Retry-After: 2m'; exit 75"), [75, undefined]);
    assertEquals(await delay("echo 'Retry-After: 2m' >&2; exit 1"), [1, undefined]);
  },
});
