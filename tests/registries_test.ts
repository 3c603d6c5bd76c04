import { assert, assertEquals } from "@std/assert";

const root = new URL("../", import.meta.url);

async function imports(path: string): Promise<Record<string, string>> {
  return JSON.parse(await Deno.readTextFile(new URL(path, root))).imports;
}

/** The packages that come from JSR where JSR can be reached; no other may be added. */
const FROM_JSR = ["@cliffy/command", "@db/sqlite", "@std/assert", "@std/path"];

Deno.test("registries: the npm packages are the same in both maps", async () => {
  const npmOnly = (map: Record<string, string>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(map).filter(([name, to]) => to.startsWith("npm:") && !FROM_JSR.includes(name)).sort(),
    );
  assertEquals(npmOnly(await imports("npm/import_map.json")), npmOnly(await imports("deno.json")));
});

Deno.test("registries: exactly four packages come from JSR, and each has a counterpart on npm", async () => {
  const [own, npm] = [await imports("deno.json"), await imports("npm/import_map.json")];
  const fromJsr = Object.keys(own).filter((name) => own[name]!.startsWith("jsr:"));
  assertEquals(fromJsr.sort(), FROM_JSR);
  assertEquals(fromJsr.filter((name) => npm[name] === undefined || /jsr:|https?:/.test(npm[name])), []);
});

Deno.test("registries: npm packages are pinned to one version", async () => {
  const loose = Object.values(await imports("deno.json")).filter((to) =>
    to.startsWith("npm:") && !/@\d+\.\d+\.\d+$/.test(to)
  );
  assertEquals(loose, []);
});

Deno.test("registries: the counterparts that are files exist", async () => {
  const map = await imports("npm/import_map.json");
  for (const path of [...Object.keys(map), ...Object.values(map)].filter((entry) => entry.startsWith("."))) {
    const info = await Deno.stat(new URL(path, new URL("npm/import_map.json", root)));
    assert(info.isFile, path);
  }
});

/** Of `@std/assert` 1.x: what our stand-in may offer. */
const ASSERTIONS = [
  ..."assert assertAlmostEquals assertArrayIncludes assertEquals assertExists assertFalse assertGreater"
    .split(" "),
  ..."assertGreaterOrEqual assertInstanceOf assertIsError assertLess assertLessOrEqual assertMatch".split(
    " ",
  ),
  ..."assertNotEquals assertNotInstanceOf assertNotMatch assertNotStrictEquals assertObjectMatch".split(" "),
  ..."assertRejects assertStrictEquals assertStringIncludes assertThrows fail unreachable".split(" "),
];

Deno.test("registries: our assertions are among those of @std/assert", async () => {
  const standIn = Object.keys(await import("../npm/std_assert.ts"));
  assertEquals(standIn.filter((name) => !ASSERTIONS.includes(name)), []);
});

Deno.test("registries: the lock names packages and checksums, and no place to get them from", async () => {
  const lock = await Deno.readTextFile(new URL("npm/deno.lock", root));
  assert(JSON.parse(lock).npm !== undefined);
  assertEquals(/https?:/.exec(lock), null);
});
