import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { DataError, UsageError } from "../../src/core/errors.ts";
import { absolutePath } from "../../src/library/absolute_path.ts";
import { httpBody } from "../../src/cli/http_options.ts";
import {
  jobOptions,
  parseIds,
  placeOfCommand,
  policyOptions,
  stdinOption,
} from "../../src/cli/job_options.ts";
import { allParams, splitPairs, typedValue } from "../../src/cli/params.ts";
import { uniqueOption } from "../../src/cli/unique_option.ts";
import { fakeInput, fakeIo } from "./fake_io.ts";

Deno.test("lists of ids: single ones, ranges, and nonsense named", () => {
  assertEquals(parseIds("12, 15-17,@last", "after"), [12, 15, 16, 17, "@last"]);
  for (const text of ["", "x", "0", "5-3", "1,,2", "-4", "1-99999999999"]) {
    const error = assertThrows(() => parseIds(text, "after"), UsageError);
    assertEquals(error.message, `--after "${text}" is not a list of job ids`);
  }
});

Deno.test("the three kinds of dependency keep their rules", () => {
  const { parents } = jobOptions(fakeInput({ after: ["1,2"], "after-failure": ["3"], "after-any": ["4"] }));
  assertEquals(parents, [
    { id: 1, on: "success" },
    { id: 2, on: "success" },
    { id: 3, on: "failure" },
    { id: 4, on: "finished" },
  ]);
});

Deno.test("options that contradict each other are refused by name", () => {
  assertThrows(
    () => policyOptions(fakeInput({ retry: 1, "max-attempts": 2 })),
    UsageError,
    "--retry or --max-attempts",
  );
  assertThrows(() => jobOptions(fakeInput({ delay: 5, at: "22:00" })), UsageError, "--delay or --at");
  assertThrows(() => uniqueOption(fakeInput({ "unique-for": 5 })), UsageError, "needs --unique");
});

Deno.test("values of -p: JSON where it is JSON, text otherwise, and no number is changed", () => {
  const typed = [
    "5",
    "-1.5",
    "true",
    "null",
    '"5"',
    "[1]",
    '{"a":1}',
    "2015-01-01",
    "0-23",
    "",
    "12345678901234567890",
    "1e999",
  ];
  assertEquals(typed.map(typedValue), [
    5,
    -1.5,
    true,
    null,
    "5",
    [1],
    { a: 1 },
    "2015-01-01",
    "0-23",
    "",
    "12345678901234567890",
    "1e999",
  ]);
  assertEquals([...splitPairs(["a=1=2", "b=", "a=3"], "-p")], [["a", "3"], ["b", ""]]);
  assertThrows(() => splitPairs(["novalue"], "-p"), UsageError, '-p "novalue" is not understood');
});

Deno.test("--params from the line, a file and stdin, with -p added", async () => {
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, '{"a": 1}');
    const io = fakeIo({ stdin: '{"a": 1}' });
    for (const params of ['{"a": 1}', `@${file}`, "-"]) {
      assertEquals(await allParams(fakeInput({ params, param: ["b=x"] }), io), { a: 1, b: "x" });
    }
    assertEquals(await allParams(fakeInput(), io), null);
    assertEquals(await allParams(fakeInput({ params: "[1]" }), io), [1]);
  } finally {
    await Deno.remove(file);
  }
});

Deno.test("params that are not JSON, too large, or not there are refused", async () => {
  const params = (value: string, stdin = ""): Promise<unknown> =>
    allParams(fakeInput({ params: value }), fakeIo({ stdin }));
  await assertRejects(() => params("{a: 1}"), DataError, "--params is not JSON");
  await assertRejects(() => params("@/nowhere/x.json"), DataError, "there is no such file");
  await assertRejects(() => params("-", "x".repeat(1_000_001)), DataError, "larger than the 1000000 bytes");
  await assertRejects(
    () => allParams(fakeInput({ params: "[1]", param: ["a=1"] }), fakeIo()),
    UsageError,
    "-p adds",
  );
});

Deno.test("a command's folder is absolute and its variables are set or copied", () => {
  const io = fakeIo({ variables: { HOME: "/h" } });
  assertEquals(placeOfCommand(fakeInput({ cwd: "sub/../x", env: ["A=1=2", "HOME", "E="] }), io), {
    cwd: absolutePath("x"),
    env: { A: "1=2", HOME: "/h", E: "" },
  });
  assertEquals(placeOfCommand(fakeInput(), io), { cwd: Deno.cwd() });
  assertThrows(() => placeOfCommand(fakeInput({ env: ["NOPE"] }), io), UsageError, "not set");
  assertThrows(() => placeOfCommand(fakeInput({ env: ["=x"] }), io), UsageError, "no name");
});

Deno.test("stdin of a command: a file by its path, or text that is stored", async () => {
  const io = fakeIo({ stdin: "hello" });
  assertEquals(await stdinOption(fakeInput({ stdin: "in.txt" }), io), { file: absolutePath("in.txt") });
  assertEquals(await stdinOption(fakeInput({ stdin: "-" }), io), { text: "hello" });
  assertEquals(await stdinOption(fakeInput(), io), undefined);
});

Deno.test("a request from its options", async () => {
  const { payload } = await httpBody(
    "https://example.org/x",
    fakeInput({ header: ["Accept: text/html", "X-A:b: c"], body: "hi", accept: "2xx, 404" }),
    fakeIo(),
  );
  assertEquals(payload, {
    url: "https://example.org/x",
    method: "POST",
    headers: { Accept: "text/html", "X-A": "b: c" },
    body: "hi",
    accept: ["2xx", 404],
  });
});

Deno.test("a request's bad options are named", async () => {
  const refuse = (url: string, values: Parameters<typeof fakeInput>[0], message: string): Promise<unknown> =>
    assertRejects(() => httpBody(url, fakeInput(values), fakeIo()), UsageError, message);
  await refuse("ftp://x", {}, 'URL "ftp://x"');
  await refuse("https://x", { method: "G ET" }, '--method "G ET"');
  await refuse("https://x", { header: ["nope"] }, '--header "nope"');
  await refuse("https://x", { header: ["a: b\r\nc: d"] }, "--header");
  await refuse("https://x", { accept: "2xx,999" }, '--accept "2xx,999"');
});
