import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { MASK, Redactor } from "../../src/core/redact.ts";

const encoder = new TextEncoder();
const decoder = new TextDecoder();

const VALUES = [
  "hunter2-secret",
  "p@ss word/+=&?",
  'quote " back\\slash\nsecond line of it',
  "schlüssel-密鑰-🔑",
  "-----BEGIN KEY-----\nMIIBVgIBADANBgkq\nhkiG9w0BAQEFAASC\n-----END KEY-----",
  "aaaa",
  "$&.*[x](y)|^",
];

/** A text streamed in the given pieces. */
function streamed(redactor: Redactor, pieces: readonly Uint8Array[]): string {
  const stream = redactor.stream();
  const out = [...pieces.map((piece) => stream.write(piece)), stream.end()];
  return decoder.decode(new Uint8Array(out.flatMap((chunk) => [...chunk])));
}

function base64(text: string): string {
  return btoa(String.fromCharCode(...encoder.encode(text)));
}

for (const value of VALUES) {
  const redactor = new Redactor([value]);
  const forms = {
    plain: value,
    json: JSON.stringify({ value }),
    percent: encodeURIComponent(value),
    "lower percent": encodeURIComponent(value).replace(/%../g, (code) => code.toLowerCase()),
    form: new URLSearchParams({ value }).toString(),
    base64: base64(value),
    path: new URL(`http://host/${value}`).href.slice("http://host/".length),
    query: new URL(`http://host/?${value}`).href.slice("http://host/?".length),
    password: Object.assign(new URL("http://host/"), { username: "u", password: value }).password,
  };
  for (const [name, form] of Object.entries(forms)) {
    Deno.test(`a secret is masked: ${JSON.stringify(value)} as ${name}`, () => {
      const text = `before ${form} after`;
      const masked = redactor.text(text);
      assert(!masked.includes(form) && masked.includes(MASK), masked);
      assert(masked.startsWith("before ") && masked.endsWith(" after"), masked);
      assertEquals(decoder.decode(redactor.stream().write(encoder.encode(text))), masked);
    });

    Deno.test(`a secret is masked wherever output is cut: ${JSON.stringify(value)} as ${name}`, () => {
      const bytes = encoder.encode(`before ${form}${form} after ${form}`);
      const whole = streamed(redactor, [bytes]);
      for (let at = 0; at <= bytes.length; at++) {
        assertEquals(streamed(redactor, [bytes.subarray(0, at), bytes.subarray(at)]), whole);
      }
      assertEquals(streamed(redactor, [...bytes].map((byte) => new Uint8Array([byte]))), whole);
    });
  }
}

Deno.test("a secret is masked inside of a longer text that was encoded as a whole", () => {
  const redactor = new Redactor(["hunter2-secret"]);
  for (const user of ["a", "ab", "abc", "abcd"]) {
    const masked = redactor.text(`Basic ${base64(`${user}:hunter2-secret`)}`);
    assert(masked.includes(MASK), masked);
    // Of the secret's own bytes no more than the two at the seams can be told.
    const left = atob(masked.replace("Basic ", "").replaceAll(MASK, "").padEnd(8, "A").slice(0, 4));
    assert(!left.includes("hunter"), left);
  }
});

Deno.test("what only begins like a secret passes at the end, and a longer piece of one does not", () => {
  const redactor = new Redactor(["hunter2-secret"]);
  const stream = redactor.stream();
  assertEquals(decoder.decode(stream.write(encoder.encode("a hun"))), "a ");
  assertEquals(decoder.decode(stream.write(encoder.encode("t and hun"))), "hunt and ");
  assertEquals(decoder.decode(stream.end()), "hun");
  assertEquals(streamed(redactor, [encoder.encode("killed in hunter2-s")]), `killed in ${MASK}`);
});

Deno.test("of two secrets that begin alike the longer one is masked whole", () => {
  const redactor = new Redactor(["abcd", "abcd-efgh"]);
  assertEquals(redactor.text("abcd-efgh abcd abcd-ef"), `${MASK} ${MASK} ${MASK}-ef`);
  const bytes = encoder.encode("abcd-efgh abcd-ef");
  for (let at = 0; at <= bytes.length; at++) {
    assertEquals(streamed(redactor, [bytes.subarray(0, at), bytes.subarray(at)]), `${MASK} ${MASK}-ef`);
  }
});

Deno.test("an excerpt that was cut in the middle of a secret keeps no piece of it", () => {
  const redactor = new Redactor(["hunter2-secret"]);
  assertEquals(redactor.excerpt("er2-secret: refused by hunter2"), `${MASK}: refused by ${MASK}`);
  assertEquals(redactor.excerpt("et is no piece to speak of"), "et is no piece to speak of");
});

Deno.test("values are masked in names, members and numbers; others stay what they are", () => {
  const redactor = new Redactor(["hunter2", "123456"]);
  assertEquals(
    redactor.json({ a: ["x hunter2 y", 5, null, true], hunter2: { pin: 123456 } }),
    { a: [`x ${MASK} y`, 5, null, true], [MASK]: { pin: MASK } },
  );
  assertStrictEquals(redactor.json("nothing here"), "nothing here");
});

Deno.test("an error is masked in all its parts", () => {
  const redactor = new Redactor(["hunter2"]);
  assertEquals(
    redactor.error({ class: "Ehunter2", message: "m hunter2", stack: "s\nhunter2\nt", fingerprint: "f" }),
    { class: `E${MASK}`, message: `m ${MASK}`, stack: `s\n${MASK}\nt`, fingerprint: "f" },
  );
});

Deno.test("bytes that are no text pass unchanged, and secrets between them are masked", () => {
  const redactor = new Redactor(["hunter2"]);
  const bytes = new Uint8Array([0, 255, 128, 129, ...encoder.encode("hunter2"), 254, 10]);
  assertEquals([...redactor.stream().write(bytes)], [0, 255, 128, 129, 42, 42, 42, 254, 10]);
});

Deno.test("a secret as large as allowed is masked", () => {
  const value = Array.from({ length: 64_000 }, (_, at) => String.fromCharCode(97 + at * 7 % 26)).join("");
  const redactor = new Redactor([value]);
  assertEquals(redactor.text(`a ${value} b ${base64(value)} c`), `a ${MASK} b ${MASK} c`);
});
