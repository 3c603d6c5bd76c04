import { assert, assertEquals } from "@std/assert";
import { sourceFiles } from "../scripts/files.ts";
import { foreignParser, mapFlags } from "../scripts/registry.ts";
import { countUnanalysable } from "./architecture/dynamic_imports.ts";
import { type Edge, edgesBelow, loaded, ROOT } from "./architecture/graph.ts";
import { lateImports } from "./architecture/late_imports.ts";
import { misplaced } from "./architecture/layers.ts";
import { publicNames } from "./architecture/public_api.ts";
import { testRegistry } from "./architecture/test_registry.ts";

/** Where programs and threads start, and what `deno compile` is told to include. */
const ENTRIES = [
  "main.ts",
  "cli.ts",
  "mod.ts",
  "load.ts",
  "schedules.ts",
  "servers.ts",
  "src/cli/embedded.ts",
  "src/runner/module/host.ts",
  "src/testing/mod.ts",
  // What tests compare the other stores with.
  "src/store/memory/store.ts",
];

/** Imports by an address that only the running program knows, and how many there are. */
const UNANALYSABLE: Readonly<Record<string, number>> = {
  // Commands: named literally in `embedded.ts`.
  "src/cli/tree.ts": 1,
  // Stores on servers: named literally in `src/store/servers.ts`.
  "src/store/late.ts": 1,
  // What schedules are read with: named literally in `src/calendar/parts.ts`.
  "src/calendar/late.ts": 1,
  // `queue.schedules`: named literally in `src/library/schedules/parts.ts`.
  "src/library/schedules/late.ts": 1,
  // The user's own: a workflow script, a module job.
  "src/library/workflow/script.ts": 1,
  "src/runner/module/load.ts": 1,
  // The native library, which is not there on every machine.
  "src/store/sqlite/drivers/ffi.ts": 1,
};

const MAX_LINES = 400;

const root = new URL(ROOT);

const read = (path: string): string => Deno.readTextFileSync(new URL(path, root));
const files = sourceFiles(Deno.realPathSync(root));

/** What scripts import, as `deno.json` exports it; the command line is a program. */
function libraryEntries(): string[] {
  const exports: Record<string, string> = JSON.parse(read("deno.json")).exports;
  return Object.entries(exports).filter(([name]) => name !== "./cli").map(([, path]) =>
    path.replace("./", "")
  );
}

const graphs = new Map<string, Promise<Edge[]>>();
function graph(entry: string): Promise<Edge[]> {
  const known = graphs.get(entry) ?? edgesBelow(entry);
  graphs.set(entry, known);
  return known;
}

async function allEdges(): Promise<Edge[]> {
  return (await Promise.all(ENTRIES.map(graph))).flat();
}

const isOurs = (path: string): boolean => !path.includes(":");

Deno.test("architecture: imports run down from floor to floor", async () => {
  const ours = (await allEdges()).filter((edge) => isOurs(edge.to) && !edge.to.startsWith("npm/"));
  assert(ours.length > 50, "deno info showed too few imports to mean anything");
  const wrong = ours.map((edge) => misplaced(edge.from, edge.to)).filter((text) => text !== null);
  assertEquals([...new Set(wrong)], []);
});

Deno.test("architecture: the rule itself tells up, down and sideways apart", () => {
  assertEquals(misplaced("src/cli/a.ts", "src/library/b.ts"), null);
  assertEquals(misplaced("src/store/sqlite/a.ts", "src/store/shared.ts"), null);
  assertEquals(misplaced("src/store/open.ts", "src/store/sqlite/a.ts"), null);
  for (
    const [from, to] of [
      ["src/core/a.ts", "src/output/b.ts"],
      ["src/core/a.ts", "src/store/b.ts"],
      ["src/engine/a.ts", "src/runner/b.ts"],
      ["src/engine/a.ts", "src/store/open.ts"],
      ["src/library/a.ts", "src/cli/b.ts"],
      ["src/store/sqlite/a.ts", "src/store/memory/b.ts"],
      ["src/store/sqlite/a.ts", "src/store/open.ts"],
      ["src/elsewhere/a.ts", "src/core/b.ts"],
    ] as const
  ) assert(misplaced(from, to) !== null, `${from} may import ${to}`);
});

Deno.test("architecture: core imports nothing but core", async () => {
  const edges = (await allEdges()).filter((edge) => edge.from.startsWith("src/core/"));
  const outside = edges.filter((edge) => !edge.to.startsWith("src/core/"));
  assertEquals(outside.map((edge) => `${edge.from} → ${edge.specifier}`), []);
});

Deno.test("architecture: importing the library needs no JSR and none of its packages", async () => {
  const entries = [...libraryEntries(), "src/runner/module/host.ts"];
  const foreign = (await Promise.all(entries.map(graph))).flat().filter((edge) =>
    /^(jsr:|https?:|@(std|cliffy|db)\/)/.test(edge.specifier) || /jsr\.io|^jsr:|^npm\//.test(edge.to)
  );
  assertEquals(foreign.map((edge) => `${edge.from} → ${edge.specifier}`), []);
});

Deno.test("architecture: all but the reader of workflow files needs no package at all", async () => {
  const entries = ["mod.ts", "src/runner/module/host.ts", "src/testing/mod.ts"];
  const packages = (await Promise.all(entries.map(async (entry) => loaded(entry, await graph(entry))))).flat()
    .filter(({ specifier }) => !/^(\.|node:)/.test(specifier));
  assertEquals(packages.map((edge) => `${edge.from} → ${edge.specifier}`), []);
});

Deno.test("architecture: importing the library needs no permission", async () => {
  const { success, stderr } = await new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--no-prompt", ...mapFlags(testRegistry()), "mod.ts"],
    cwd: root,
  }).output();
  assert(success, new TextDecoder().decode(stderr));
});

Deno.test("architecture: no registry is named in the sources", () => {
  const named = files.filter((path) =>
    /^(main|cli|mod|load|schedules|servers)\.ts$|^(src|examples|npm)\//.test(path)
  )
    .filter((path) => /\bfrom\s+["'](npm|jsr|https?):|\bimport\(\s*["'](npm|jsr|https?):/.test(read(path)));
  assertEquals(named, []);
});

Deno.test("architecture: only the known places import what a compiler cannot see", () => {
  const found = files.filter((path) => /^(main|cli|mod|load|schedules|servers)\.ts$|^src\//.test(path))
    .map((path) => [path, countUnanalysable(read(path))] as const)
    .filter(([, count]) => count > 0);
  assertEquals(Object.fromEntries(found), UNANALYSABLE);
});

Deno.test("architecture: the search for such imports finds them", () => {
  assertEquals(countUnanalysable('await import("./a.ts"); import("yaml"); this.#import(x); a.import(y)'), 0);
  assertEquals(countUnanalysable("/** import(x) */ // import(y)\n"), 0);
  assertEquals(countUnanalysable("await import(url); import(`./${name}.ts`); import(\n  name)"), 3);
});

/** What these files import late, by path from the root. */
function importedLate(paths: Iterable<string>): string[] {
  return [...paths].filter(isOurs).flatMap((path) => {
    const { from, paths } = lateImports(read(path));
    const base = new URL(from ?? "", new URL(path, root));
    return paths.map((late) => new URL(late, base).href.slice(ROOT.length));
  });
}

/** Files of ours that a program with these entries finds when it runs. */
async function found(entries: readonly string[]): Promise<Set<string>> {
  const edges = await Promise.all(entries.map(async (entry) => loaded(entry, await graph(entry))));
  return new Set([...entries, ...edges.flat().map(({ to }) => to).filter(isOurs)]);
}

Deno.test("architecture: what is imported late is in a program that is compiled", async () => {
  const whole = await found(["main.ts", "src/cli/embedded.ts", "src/runner/module/host.ts"]);
  const late = importedLate(whole);
  assert(late.length > 20, `${late.length}`);
  assertEquals(late.filter((path) => !whole.has(path)), []);
});

Deno.test("architecture: scripts that are compiled have all with the two entries for them", async () => {
  const whole = await found(["mod.ts", "load.ts", "schedules.ts", "servers.ts"]);
  assertEquals(importedLate(whole).filter((path) => !whole.has(path)), []);
});

Deno.test("architecture: the search for what is imported late finds it", () => {
  const source = `import { a, importLate } from "../late.ts";
    await importLate<typeof Tick>("./tick.ts"); importLate("./b.ts"); importLate<M>(path);
    importLate<Map<string, typeof import("./c.ts")>>(\n "./c.ts",\n)`;
  assertEquals(lateImports(source), { from: "../late.ts", paths: ["./tick.ts", "./b.ts", "./c.ts"] });
});

Deno.test("architecture: every source file is used", async () => {
  const reached = new Set([...ENTRIES, ...(await allEdges()).map((edge) => edge.to)]);
  const unused = files.filter((path) => path.startsWith("src/") && !reached.has(path));
  assertEquals(unused, [foreignParser(testRegistry())].filter((path) => files.includes(path)));
});

Deno.test("architecture: no file is longer than 400 lines", () => {
  const long = files.map((path) => [path, read(path).split("\n").length - 1] as const)
    .filter(([, lines]) => lines > MAX_LINES);
  assertEquals(long, []);
});

Deno.test("architecture: the public names are the pinned ones", async () => {
  const pinned = new URL("tests/architecture/public_api.txt", root);
  const lists = await Promise.all(libraryEntries().map(publicNames));
  const names = libraryEntries().flatMap((entry, index) => [`# ${entry}`, ...lists[index]!]);
  // To accept a change on purpose: GIGQ_ACCEPT=1 deno task test tests/architecture_test.ts
  if (Deno.env.get("GIGQ_ACCEPT") === "1") await Deno.writeTextFile(pinned, names.join("\n") + "\n");
  assertEquals(names, (await Deno.readTextFile(pinned)).trim().split("\n"));
});
