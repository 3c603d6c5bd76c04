/** Text for people: tables, widths, escapes, times. */

import { assertEquals } from "@std/assert";
import { formatBytes } from "../../src/output/bytes.ts";
import { paint } from "../../src/output/color.ts";
import { escapeLine, escapeText } from "../../src/output/escape.ts";
import { jsonLines } from "../../src/output/json_lines.ts";
import { renderTable, TableStream } from "../../src/output/table.ts";
import { isoTime, relativeTime } from "../../src/output/time.ts";
import { cutText, textWidth } from "../../src/output/width.ts";
import { columns, hanging, wrap } from "../../src/output/wrap.ts";

Deno.test("escape: what steers a terminal becomes visible", () => {
  const cases: [string, string][] = [
    ["plain ä 日本 👍", "plain ä 日本 👍"],
    ["a\tb\nc", "a\tb\nc"],
    ["\x1b[31mred\x1b[0m", "\\e[31mred\\e[0m"],
    ["\x1b]0;title\x07", "\\e]0;title\\x07"],
    ["\x9b31m", "\\x9b31m"],
    ["50%\r100%", "50%\\r100%"],
    ["line\r\nline\r\n", "line\nline\n"],
    ["\x00\x08\x7f", "\\x00\\x08\\x7f"],
    ["user\u202egnp.exe", "user\\u{202e}gnp.exe"],
    ["\u2066a\u2069\u200f\u061c", "\\u{2066}a\\u{2069}\\u{200f}\\u{061c}"],
    ["\u2028\ufeff", "\\u{2028}\\u{feff}"],
  ];
  for (const [text, expected] of cases) assertEquals(escapeText(text), expected);
  assertEquals(escapeLine("a\tb\r\nc"), "a\\tb\\nc");
});

Deno.test("escape: nothing that is left over can move the cursor", () => {
  const all = String.fromCodePoint(...Array.from({ length: 0x3000 }, (_, code) => code));
  assertEquals([...escapeText(all)].filter((char) => /\p{Cc}/u.test(char)), ["\t", "\n"]);
});

Deno.test("width: wide, narrow and zero", () => {
  const cases: [string, number][] = [["", 0], ["abc", 3], ["日本", 4], ["é", 1], ["e\u0301", 1], ["👍", 2], [
    "👩‍👩‍👧",
    2,
  ]];
  for (const [text, width] of cases) assertEquals(textWidth(text), width, text);
});

Deno.test("width: cuts between letters and never beyond", () => {
  assertEquals(cutText("abcdef", 6), "abcdef");
  assertEquals(cutText("abcdef", 5), "abcd…");
  assertEquals(cutText("日本語", 5), "日本…");
  assertEquals(cutText("日本語", 4), "日…");
  assertEquals(cutText("abc", 1), "…");
  assertEquals(cutText("abc", 0), "");
});

const COLUMNS = [{ title: "ID", align: "right" }, { title: "NAME", min: 4 }, {
  title: "NOTE",
  min: 4,
}] as const;
const ROWS = [["1", "a long name", "x"], ["12", "日本", "a note as long"]];

Deno.test("table: as wide as needed", () => {
  assertEquals(
    renderTable(COLUMNS, ROWS, { width: null, color: false }),
    "ID  NAME         NOTE\n 1  a long name  x\n12  日本         a note as long\n",
  );
  assertEquals(renderTable(COLUMNS, [], { width: null, color: true }), "");
});

Deno.test("table: the widest column gives way first, none below its least", () => {
  assertEquals(
    renderTable(COLUMNS, ROWS, { width: 24, color: false }),
    "ID  NAME       NOTE\n 1  a long n…  x\n12  日本       a note a…\n",
  );
  assertEquals(
    renderTable(COLUMNS, ROWS, { width: 3, color: false }),
    "ID  NAME  NOTE\n 1  a l…  x\n12  日本  a n…\n",
  );
});

Deno.test("table: colour does not count as width, and cells cannot break a row", () => {
  const rows = [[{ text: "1", style: "red" } as const, "a\nb", "c\x1b[m"]];
  assertEquals(
    renderTable(COLUMNS, rows, { width: null, color: true }),
    "\x1b[1mID\x1b[0m  \x1b[1mNAME\x1b[0m  \x1b[1mNOTE\x1b[0m\n \x1b[31m1\x1b[0m  a\\nb  c\\e[m\n",
  );
});

Deno.test("table: page by page, columns grow and never shrink", () => {
  const table = new TableStream(COLUMNS, { width: null, color: false });
  const pages = [[["1", "a", "x"]], [], [["1234", "abcdef", "x"]], [["2", "b", "y"]]];
  assertEquals(pages.map((page) => table.draw(page)), [
    "ID  NAME  NOTE\n 1  a     x\n",
    "",
    "1234  abcdef  x\n",
    "   2  b       y\n",
  ]);
});

Deno.test("table: a very long one", () => {
  const rows = Array.from({ length: 200_000 }, () => ["1", "a", "x"]);
  assertEquals(renderTable(COLUMNS, rows, { width: 80, color: false }).length, 15 + 200_000 * 12);
});

Deno.test("colour: only when it is on", () => {
  assertEquals([paint("x", "green", true), paint("x", "green", false), paint("", "green", true)], [
    "\x1b[32mx\x1b[0m",
    "x",
    "",
  ]);
});

Deno.test("json lines: one a line, none for none", () => {
  assertEquals([jsonLines([{ a: "x\ny" }, 2]), jsonLines([])], ['{"a":"x\\ny"}\n2\n', ""]);
});

Deno.test("time: relative to now", () => {
  const cases: [number, string][] = [
    [0, "now"],
    [-999, "now"],
    [-1_000, "1s ago"],
    [-59_999, "59s ago"],
    [-65_000, "1m05s ago"],
    [-7_200_000, "2h ago"],
    [600_000, "in 10m"],
    [90_000_000, "in 1d01h"],
  ];
  for (const [ms, text] of cases) assertEquals(relativeTime(1e12 + ms, 1e12), text);
  assertEquals([isoTime(0), isoTime(null)], ["1970-01-01T00:00:00.000Z", null]);
});

Deno.test("bytes: three digits at most", () => {
  const cases: [number, string][] = [[0, "0 B"], [1_023, "1023 B"], [1_536, "1.5 KiB"], [
    20_971_520,
    "20 MiB",
  ]];
  for (const [bytes, text] of cases) assertEquals(formatBytes(bytes), text);
});

Deno.test("table: columns that may be left out go last first, and only when cutting is not enough", () => {
  const columns = [{ title: "ID" }, { title: "NAME", min: 4 }, { title: "A", optional: true }, {
    title: "B",
    optional: true,
  }];
  const draw = (width: number): string =>
    renderTable(columns, [["1", "a long name", "aa", "bb"]], { width, color: false });
  assertEquals(draw(16), "ID  NAME  A   B\n1   a l…  aa  bb\n");
  assertEquals(draw(15), "ID  NAME     A\n1   a long…  aa\n");
  assertEquals(draw(11), "ID  NAME\n1   a long…\n");
  assertEquals(draw(2), "ID  NAME\n1   a l…\n");
});

Deno.test("table: what is in the last column goes below where the others leave no room, however short", () => {
  const draw = (width: number): string =>
    renderTable([{ title: "SLOT" }, { title: "WHY", min: 12, wrap: true }], [["a long slot", "by hand"]], {
      width,
      color: false,
    });
  assertEquals(draw(20), "SLOT         WHY\na long slot  by hand\n");
  assertEquals(draw(16), "SLOT         WHY\na long slot\n    by hand\n");
});

Deno.test("wrap: further lines of a paragraph are indented and fit, wide letters count twice", () => {
  assertEquals(hanging("aa bb cc dd ee ff gg hh ii jj kk", 24, 4), "aa bb cc dd ee ff gg hh\n    ii jj kk\n");
  assertEquals(hanging("aa  bb", null, 4), "aa  bb\n");
  assertEquals(hanging("aa  bb", 6, 4), "aa  bb\n");
  assertEquals(wrap("日本 日本", 8), ["日本", "日本"]);
});

Deno.test("wrap: breaks at spaces only", () => {
  assertEquals(wrap("aa bb  cc\ndd", 5), ["aa bb", "cc dd"]);
  assertEquals(wrap("averylongword b", 5), ["averylongword", "b"]);
  assertEquals(wrap("", 5), []);
  assertEquals(
    columns([["-a", "one two three four five"], ["--a-very-long-one", "x"]], 30, 8),
    "  -a  one two three four five\n  --a-very-long-one\n      x\n",
  );
});
