import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { BOUNDS } from "../../src/core/bounds.ts";
import { DataError } from "../../src/core/errors.ts";
import { encodeJson } from "../../src/core/json.ts";

/** An array so deep that its innermost value has `levels` arrays around it. */
function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level++) value = [value];
  return value;
}

Deno.test("property: every JSON value is encoded and comes back the same", () => {
  fc.assert(fc.property(fc.jsonValue({ maxDepth: 8 }), (value) => {
    const text = encodeJson(value, "params");
    assertEquals(text, JSON.stringify(value));
  }));
});

Deno.test("property: whatever is not refused survives a round trip", () => {
  fc.assert(
    fc.property(
      fc.anything({ withBigInt: true, withDate: true, withMap: true, withNullPrototype: true }),
      (value) => {
        let text: string;
        try {
          text = encodeJson(value, "params");
        } catch (error) {
          assert(error instanceof DataError, `${error}`);
          return;
        }
        assertEquals(JSON.stringify(JSON.parse(text)), text);
      },
    ),
  );
});

Deno.test("what JSON would change in silence is refused, with its path", () => {
  class Point {
    x = 1;
  }
  const cases: [unknown, string][] = [
    [NaN, "params is NaN"],
    [{ a: [1, Infinity] }, "params.a[1] is Infinity"],
    [{ deep: { n: 10n } }, "params.deep.n is a bigint"],
    [[() => 1], "params[0] is a function"],
    [{ s: Symbol("x") }, "params.s is a symbol"],
    [{ list: [{}, new Map()] }, "params.list[1] is a Map"],
    [new Set([1]), "params is a Set"],
    [{ p: new Point() }, "params.p is a Point"],
    [{ data: new Uint8Array(2) }, "params.data is a Uint8Array"],
    [/x/, "params is a RegExp"],
    [new Error("x"), "params is a Error"],
  ];
  for (const [value, message] of cases) assertThrows(() => encodeJson(value, "params"), DataError, message);
});

Deno.test("undefined is null, and an object's undefined members are left out", () => {
  assertEquals(encodeJson(undefined, "result"), "null");
  assertEquals(encodeJson({ a: undefined, b: 1 }, "result"), '{"b":1}');
  assertEquals(encodeJson([undefined], "result"), "[null]");
});

Deno.test("what says how it is encoded is asked", () => {
  assertEquals(encodeJson({ at: new Date(0) }, "params"), '{"at":"1970-01-01T00:00:00.000Z"}');
  assertThrows(() => encodeJson({ x: { toJSON: () => NaN } }, "params"), DataError, "params.x is NaN");
});

Deno.test("an object without a prototype is a plain one", () => {
  assertEquals(encodeJson(Object.assign(Object.create(null), { a: 1 }), "params"), '{"a":1}');
});

Deno.test("cycles are refused, not followed", () => {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  assertThrows(() => encodeJson(cycle, "params"), DataError, "contains itself");
});

Deno.test("nesting is allowed to the bound and no further", () => {
  encodeJson(nested(BOUNDS.jsonDepth), "params");
  assertThrows(
    () => encodeJson(nested(BOUNDS.jsonDepth + 1), "params"),
    DataError,
    `${BOUNDS.jsonDepth} levels`,
  );
});

Deno.test("size counts bytes of UTF-8, and the bound itself is allowed", () => {
  const limit = 1_000;
  assertEquals(encodeJson("a".repeat(limit - 2), "result", limit).length, limit);
  const error = assertThrows(
    () => encodeJson("a".repeat(limit - 1), "result", limit),
    DataError,
    "1001 bytes",
  );
  assert(error.hint?.includes("file"));
  assertEquals(encodeJson("é".repeat((limit - 2) / 2), "result", limit).length, limit / 2 + 1);
  assertThrows(() => encodeJson("é".repeat(limit / 2), "result", limit), DataError, "result is 1002 bytes");
  assertThrows(
    () => encodeJson("x".repeat(BOUNDS.jsonBytes), "params"),
    DataError,
    `${BOUNDS.jsonBytes} allowed`,
  );
});
