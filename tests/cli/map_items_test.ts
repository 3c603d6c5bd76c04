import { assertEquals, assertRejects } from "@std/assert";
import { DataError } from "../../src/core/errors.ts";
import { type Format, type Item, items } from "../../src/cli/map/items.ts";

async function read(text: string | Uint8Array, format: Format, cut = 1 << 16): Promise<Item[]> {
  const bytes = typeof text === "string" ? new TextEncoder().encode(text) : text;
  const chunks: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; at += cut) chunks.push(bytes.slice(at, at + cut));
  const all: Item[] = [];
  for await (const batch of items(ReadableStream.from(chunks), format)) all.push(...batch);
  return all;
}

Deno.test("items are numbered without the blank lines, lines with them", async () => {
  assertEquals(await read("a\n\nb\n", "lines"), [
    { text: "a", number: 1, line: 1, value: "a" },
    { text: "b", number: 2, line: 3, value: "b" },
  ]);
});

Deno.test("JSON Lines give fields: text as it is, null as nothing, the rest as JSON", async () => {
  const [item] = await read('{"s":"a b","n":1.5,"t":true,"z":null,"o":{"x":[1]}}\r\n', "jsonl");
  assertEquals(item!.fields, { s: "a b", n: "1.5", t: "true", z: "", o: '{"x":[1]}' });
  assertEquals(item!.value, { s: "a b", n: 1.5, t: true, z: null, o: { x: [1] } });
});

Deno.test("a line that is not JSON is named", async () => {
  const error = await assertRejects(() => read('{"a":1}\n\n{a}\n', "jsonl"), DataError);
  assertEquals(error.message.startsWith("Input line 3 is not JSON: "), true);
});

Deno.test("CSV: byte order mark, quotes, newlines in fields, blank lines, however it is cut", async () => {
  const csv = '\ufeffid, full name\r\n1,"Ada ""A"" L,\nLovelace"\r\n\r\n2,Grace\r\n';
  for (const cut of [1, 3, 1000]) {
    const all = await read(csv, "csv", cut);
    assertEquals(all.map((item) => item.fields), [
      { id: "1", "full name": 'Ada "A" L,\nLovelace' },
      { id: "2", "full name": "Grace" },
    ]);
    assertEquals(all.map((item) => item.number), [1, 2]);
  }
});

Deno.test("CSV errors name the line and what is wrong", async () => {
  const message = async (text: string | Uint8Array): Promise<string> =>
    (await assertRejects(() => read(text, "csv"), DataError)).message;
  assertEquals(await message("a,b\n1,2\n3\n"), "Input line 3 has not as many fields as the header");
  assertEquals(await message('a\n"x\n'), "Input line 2 has a quote that is not closed");
  assertEquals(await message("a,a\n1,2\n"), 'Column 2 of the CSV header repeats "a"');
  assertEquals(await message("a,\n1,2\n"), "Column 2 of the CSV header is empty");
  assertEquals(await message('a\nx"y\n'), "Input line 2 has a quote in the middle of a field");
  assertEquals(await message(new Uint8Array([0x61, 0x0a, 0xff, 0x0a])), "The CSV input is not UTF-8 text");
});

Deno.test("CSV without records gives none", async () => {
  assertEquals(await read("a,b\n", "csv"), []);
  assertEquals(await read("", "csv"), []);
});
