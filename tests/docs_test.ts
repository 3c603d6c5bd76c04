import { assert, assertEquals } from "@std/assert";
import { sourceFiles } from "../scripts/files.ts";
import type { CommandSpec, GroupSpec } from "../src/cli/command.ts";
import { GLOBAL_OPTIONS } from "../src/cli/globals.ts";
import { toPlain } from "../src/cli/parser/argv.ts";
import { COMMANDS } from "../src/cli/tree.ts";
import { loadWorkflow } from "../load.ts";
import { fencedBlocks, gigqCalls } from "./docs/shell.ts";

const root = new URL("../", import.meta.url);

/** Targets of links to files of this repository, as they stand in Markdown. */
function relativeLinks(text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!)
    .filter((target) => !/^([a-z]+:|#)/.test(target));
}

Deno.test("docs: links within the repository lead somewhere", async () => {
  const broken: string[] = [];
  for (const path of sourceFiles(Deno.realPathSync(root), ".md")) {
    const page = new URL(path, root);
    for (const link of relativeLinks(await Deno.readTextFile(page))) {
      const target = new URL(link.replace(/#.*/, ""), page);
      if (!await Deno.stat(target).then(() => true, () => false)) broken.push(`${path}: ${link}`);
    }
  }
  assertEquals(broken, []);
});

Deno.test("docs: the search for links finds them", () => {
  assertEquals(relativeLinks("[a](docs/a.md#x) [b](https://example.org) [c](#here) ![d](d.png)"), [
    "docs/a.md#x",
    "d.png",
  ]);
});

Deno.test("docs: examples name the library as its users do", async () => {
  const wrong: string[] = [];
  for (
    const path of sourceFiles(Deno.realPathSync(root)).filter((path) => /^((mod|load)\.ts$|src\/)/.test(path))
  ) {
    const text = await Deno.readTextFile(new URL(path, root));
    wrong.push(
      ...[...text.matchAll(/^ *\* import .* from "\..*$/gm)].map(([line]) => `${path}: ${line.trim()}`),
    );
  }
  // Write @gigq/gigq, @gigq/gigq/load or @gigq/gigq/testing: an example is compiled beside the file it stands in.
  assertEquals(wrong, []);
});

async function findCommand(path: readonly string[]): Promise<{ spec: CommandSpec; depth: number }> {
  let entries = COMMANDS;
  let fallback: string | undefined;
  // A group may be named alone: then one of its commands is meant.
  for (let depth = 0; depth <= path.length; depth++) {
    const named = entries.find(({ name }) => name === path[depth]);
    const entry = named ?? entries.find(({ name }) => name === fallback);
    const found: CommandSpec | GroupSpec | undefined = await entry?.load();
    if (found === undefined) break;
    if ("run" in found) return { spec: found, depth: named === undefined ? depth : depth + 1 };
    ({ commands: entries, fallback } = found);
  }
  throw new Error(`There is no command gigq ${path.join(" ")}`);
}

Deno.test("docs: the command lines of the README are understood", async () => {
  const readme = await Deno.readTextFile(new URL("README.md", root));
  const calls = fencedBlocks(readme, "sh").flatMap(gigqCalls);
  assert(calls.length >= 10, `found only ${calls.length} command lines`);
  for (const argv of calls) {
    const { spec, depth } = await findCommand(argv);
    const options = [...spec.options ?? [], ...GLOBAL_OPTIONS];
    toPlain(spec, options, argv.slice(depth), `gigq ${argv.join(" ")}`);
  }
});

Deno.test("docs: the workflow file of the README loads", async () => {
  const readme = await Deno.readTextFile(new URL("README.md", root));
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/nightly.yaml`, fencedBlocks(readme, "yaml")[0]!);
    await Deno.writeTextFile(`${folder}/parse.ts`, "export function parse(): void {}\n");
    const { jobs } = await loadWorkflow(`${folder}/nightly.yaml`, { date: "2026-01-31" });
    assertEquals(jobs.map((job) => job.step), ["fetch", "parse", "alert"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("docs: the search for command lines finds them", () => {
  assertEquals(
    gigqCalls("find . | gigq map -j4 -- a 'b c' {} # why\ngigq list\n*/5 * cd /x && gigq worker\n"),
    [
      ["map", "-j4", "--", "a", "b c", "{}"],
      ["list"],
      ["worker"],
    ],
  );
  assertEquals(gigqCalls("deno install -g -n gigq x\necho hi"), []);
});
