/** Hostile names through `gigq map` and `gigq batch`. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { assertSame, hostileTest } from "./place.ts";

const SPLIT = ["printf", "%s\\0"];

function parts(text: string): string[] {
  return text.split("\0").slice(0, -1);
}

hostileTest("map gives each item to its command as it is", 80, async (place, values) => {
  const { code, out } = await place.gigq(["map", "-0", "--", ...SPLIT, "{}", "<{}>"], {
    stdin: values.join("\0"),
  });
  assertSame(parts(out), values.flatMap((value) => [value, `<${value}>`]));
  assertEquals(code, 0);
});

hostileTest("map --shell gives each item to its script as an argument", 40, async (place, values) => {
  const { code, out } = await place.gigq(["map", "-0", "--shell", `printf '%s\\0' "$1"`], {
    stdin: values.join("\0"),
  });
  assertSame(parts(out), values);
  assertEquals(code, 0);
});

hostileTest("fields of JSON Lines and of CSV arrive as they are", 20, async (place, values) => {
  const jsonl = values.map((value) => JSON.stringify({ name: value, ["__proto__"]: "own" })).join("\n");
  const fromJson = await place.gigq(["map", "--jsonl", "--", ...SPLIT, "{name}", "{__proto__}"], {
    stdin: jsonl,
  });
  assertSame(parts(fromJson.out), values.flatMap((value) => [value, "own"]));

  const csv = values.map((value) => `"${value.replaceAll('"', '""')}",own`).join("\n");
  const fromCsv = await place.gigq(["map", "--csv", "--", ...SPLIT, "{name}", "{__proto__}"], {
    stdin: `name,__proto__\n${csv}\n`,
  });
  assertSame(parts(fromCsv.out), values.flatMap((value) => [value, "own"]));
  assertEquals([fromJson.code, fromCsv.code], [0, 0]);
});

hostileTest("a field that only every object has is refused", 1, async (place) => {
  for (const name of ["constructor", "toString", "__proto__"]) {
    const { code, err } = await place.gigq(["map", "--jsonl", "--", "echo", `{${name}}`], {
      stdin: '{"a":1}\n',
    });
    assertEquals(code, 65);
    assertStringIncludes(err, `no field "${name}"`);
  }
});

hostileTest("batch stores each item as it is", 500, async (place, values) => {
  const { out } = await place.ok(["batch", "-0", "--name", "hostile", "--", ...SPLIT, "{}", "<{}>"], {
    stdin: values.join("\0"),
  });
  assertEquals(out.trim().split("\n").length, values.length);
  const jobs = await place.json(["list", "--name", "hostile", "--limit", String(values.length)]);
  const argvs = jobs.toSorted((a, b) => a.id - b.id).map(({ payload }) => payload?.argv);
  assertEquals(argvs, values.map((value) => [...SPLIT, value, `<${value}>`]));
});

hostileTest("NUL, which no argument can hold, is refused before anything is stored", 1, async (place) => {
  const { code, err } = await place.gigq(["batch", "--jsonl", "--", "echo", "{a}"], {
    stdin: '{"a":"x\\u0000y"}\n',
  });
  assertEquals(code, 2);
  assertStringIncludes(err, "contains a NUL character");
  assertEquals((await place.json(["stats"]))[0].total, 0);
});
