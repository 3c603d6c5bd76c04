import { assertEquals, assertRejects } from "@std/assert";
import fc from "fast-check";
import { BOUNDS } from "../../src/core/bounds.ts";
import { DataError } from "../../src/core/errors.ts";
import { NEWLINE, NUL, records, type TextRecord } from "../../src/cli/map/records.ts";

const encoder = new TextEncoder();

function streamOf(...chunks: (string | Uint8Array)[]): ReadableStream<Uint8Array> {
  return ReadableStream.from(
    chunks.map((chunk) => typeof chunk === "string" ? encoder.encode(chunk) : chunk),
  );
}

async function read(
  stream: ReadableStream<Uint8Array>,
  delimiter: number,
  stripReturn?: boolean,
): Promise<TextRecord[]> {
  const all: TextRecord[] = [];
  for await (const batch of records(stream, delimiter, stripReturn)) all.push(...batch);
  return all;
}

Deno.test("lines keep their numbers, blank ones are left out, the last needs no newline", async () => {
  assertEquals(await read(streamOf("a\n\nb c\nlast"), NEWLINE), [
    { text: "a", line: 1 },
    { text: "b c", line: 3 },
    { text: "last", line: 4 },
  ]);
});

Deno.test("NUL records keep newlines, quotes and carriage returns", async () => {
  const names = ["new\nline", "$(rm -rf)", "-dash", 'it\'s "q"', "cr\r"];
  const all = await read(streamOf(names.map((name) => `${name}\0`).join("")), NUL);
  assertEquals(all.map(({ text }) => text), names);
});

Deno.test("a carriage return is dropped only where asked", async () => {
  assertEquals((await read(streamOf("a\r\n"), NEWLINE, true))[0]!.text, "a");
  assertEquals((await read(streamOf("a\r\n"), NEWLINE, false))[0]!.text, "a\r");
});

Deno.test("however the stream is cut, the records are the same", async () => {
  const line = fc.string({ unit: "binary", minLength: 1 }).filter((text) =>
    text.isWellFormed() && !/[\n\0]/.test(text)
  );
  await fc.assert(fc.asyncProperty(fc.array(line), fc.integer({ min: 1, max: 9 }), async (lines, size) => {
    const bytes = encoder.encode(lines.join("\n"));
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
    assertEquals((await read(streamOf(...chunks), NEWLINE, false)).map(({ text }) => text), lines);
  }));
});

Deno.test("a line that is not UTF-8 is refused by its number", async () => {
  const error = await assertRejects(
    () => read(streamOf("ok\n", new Uint8Array([0x66, 0xff, 0x0a])), NEWLINE),
    DataError,
  );
  assertEquals(error.message, "Input line 2 is not UTF-8 text");
});

Deno.test("a line without end is refused at the bound instead of filling the memory", async () => {
  let pulled = 0;
  const endless = new ReadableStream<Uint8Array>({
    pull(controller): void {
      pulled++;
      controller.enqueue(new Uint8Array(100_000).fill(0x61));
    },
  });
  await assertRejects(() => read(endless, NEWLINE), DataError, "longer than the 1000000 bytes");
  assertEquals(pulled <= BOUNDS.jsonBytes / 100_000 + 3, true);
});

Deno.test("what was read so far is handed on before more is read", async () => {
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const writer = writable.getWriter();
  const batches = records(readable, NEWLINE);
  const first = batches.next();
  await writer.write(encoder.encode("one\ntwo\nthr"));
  assertEquals((await first).value, [{ text: "one", line: 1 }, { text: "two", line: 2 }]);
  const rest = batches.next();
  await writer.write(encoder.encode("ee\n"));
  assertEquals((await rest).value, [{ text: "three", line: 3 }]);
  await writer.close();
  assertEquals((await batches.next()).done, true);
});
