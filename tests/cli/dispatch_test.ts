/** Finding the command, and what the program itself answers. */

import { assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import denoJson from "../../deno.json" with { type: "json" };
import { isGroup } from "../../src/cli/dispatch.ts";
import { GLOBAL_OPTIONS } from "../../src/cli/globals.ts";
import type { CommandSpec, Entry } from "../../src/cli/command.ts";
import { COMMANDS } from "../../src/cli/tree.ts";
import { VERSION } from "../../src/cli/version.ts";
import { gigq } from "./fixture.ts";

const REFUSED: readonly (readonly [readonly string[], string])[] = [
  [["lst"], 'Unknown command "lst"; did you mean "list"?'],
  [["wroker", "--drain"], 'Unknown command "wroker"; did you mean "worker"?'],
  [["frobnicate"], 'Unknown command "frobnicate"; see gigq help'],
  [["queue", "puase", "x"], 'Unknown command "queue puase"; did you mean "pause"?'],
  [["queue", "frobnicate"], 'Unknown command "queue frobnicate"; see gigq queue --help'],
  [["help", "lst"], 'Unknown command "lst"; did you mean "list"?'],
  [["help", "list", "more"], 'Unknown command "more"; see gigq help'],
  [["compelte"], 'Unknown command "compelte"; see gigq help'],
  [["\x1b[2Jx"], 'Unknown command "\\e[2Jx"; see gigq help'],
  [["-x", "list"], 'Unknown option "-x"; see gigq list --help'],
  [["--limit", "3", "list"], 'Unknown command "3"; see gigq help'],
  [["list", "--limt=3"], 'Unknown option "--limt"; did you mean "--limit"?'],
  [["list", "--limit=0"], "--limit must be at least 1, not 0"],
  [["list", "--db="], "--db must name a file or a server, not nothing"],
  [["status"], "Argument ID is missing; see gigq status --help"],
  [["logs", "1", "--stream=out"], '--stream must be stdout, stderr or log, not "out"'],
  [["completions", "bsh"], 'There are no completions for "bsh"; did you mean "bash"?'],
  [["completions", "powershell"], 'There are no completions for "powershell"; write bash, zsh or fish'],
];

for (const [argv, message] of REFUSED) {
  Deno.test(`refuses ${JSON.stringify(argv)}`, async () => {
    assertEquals(await gigq(argv), { code: 2, out: "", err: `gigq: ${message}\n` });
  });
}

Deno.test("errors: one JSON object on stderr with --json, wherever it stands", async () => {
  for (const argv of [["lst", "--json"], ["--json", "lst"]]) {
    const { code, out, err } = await gigq(argv);
    assertEquals([code, out, JSON.parse(err)], [2, "", {
      error: { code: "usage", message: 'Unknown command "lst"', hint: 'Did you mean "list"?' },
    }]);
  }
  assertMatch((await gigq(["lst", "--", "--json"])).err, /^gigq: /);
});

Deno.test("errors: the stack only with GIGQ_DEBUG", async () => {
  assertEquals((await gigq(["lst"], { env: { GIGQ_DEBUG: "1" } })).err.includes("dispatch.ts"), true);
  assertEquals((await gigq(["lst"])).err.includes("dispatch.ts"), false);
});

Deno.test("a missing database is not created by looking", async () => {
  const folder = await Deno.makeTempDir();
  try {
    for (
      const argv of [["list"], ["stats"], ["status", "1"], ["cancel", "--all"], ["wait", "1"], [
        "queue",
        "list",
      ]]
    ) {
      const { code, out, err } = await gigq([...argv, "--db", `${folder}/none.db`]);
      assertEquals([code, out], [69, ""]);
      assertStringIncludes(err, `gigq: There is no database at ${folder}/none.db; `);
    }
    assertEquals([...Deno.readDirSync(folder)], []);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("global options may stand anywhere before --", async () => {
  const overview = await gigq(["--help"]);
  assertEquals(await gigq([]), overview);
  assertEquals(await gigq(["help"]), overview);
  assertEquals(await gigq(["--db", "x.db", "--color=never"]), overview);
  const help = await gigq(["list", "--help"]);
  assertEquals(help.code, 0);
  assertStringIncludes(help.out, "gigq list [OPTIONS] [ID...]");
  for (
    const argv of [["--help", "list"], ["--db", "x.db", "list", "-h"], ["help", "list"], [
      "list",
      "-h",
      "--limit=2",
    ]]
  ) {
    assertEquals(await gigq(argv), help);
  }
  const group = await gigq(["queue"]);
  assertEquals(await gigq(["help", "queue"]), group);
  assertEquals(await gigq(["queue", "--help"]), group);
});

Deno.test("the version is that of the package", async () => {
  assertEquals(VERSION, denoJson.version);
  for (const argv of [["--version"], ["-V"], ["list", "-V"]]) {
    assertEquals(await gigq(argv), { code: 0, out: `gigq ${VERSION}\n`, err: "" });
  }
});

Deno.test("help fits the terminal, and 80 columns where there is none", async () => {
  for (const entry of COMMANDS) {
    for (const columns of [undefined, 80, 100]) {
      const { out } = await gigq(["help", entry.name], columns === undefined ? {} : { columns });
      const help = out.slice(0, out.indexOf("\nExamples:"));
      const long = help.split("\n").filter((line) => line.length > (columns ?? 80));
      assertEquals(long, [], entry.name);
      assertEquals(out.includes("\x1b"), false);
    }
  }
});

Deno.test("the list of embedded commands is the tree", async () => {
  // Read, not imported: the list brings the native SQLite library along.
  const source = await Deno.readTextFile(new URL("../../src/cli/embedded.ts", import.meta.url));
  const listed = [...source.matchAll(/default as (\w+) } from "\.\/commands\/(\w+)\.ts"/g)];
  assertEquals(listed.filter(([, name, file]) => name !== file), []);
  assertEquals(listed.map(([, name]) => name), COMMANDS.map(({ name }) => name).sort());
});

/** Every command with its path. */
async function specs(entries: readonly Entry[], path: string): Promise<[string, string, CommandSpec][]> {
  const lists = await Promise.all(entries.map(async ({ name, summary, load }) => {
    const spec = await load();
    assertEquals(spec.name, name);
    if (isGroup(spec)) return await specs(spec.commands, `${path} ${name}`);
    return [[`${path} ${name}`, summary, spec] satisfies [string, string, CommandSpec]];
  }));
  return lists.flat();
}

Deno.test("commands are declared soundly", async () => {
  const shared = GLOBAL_OPTIONS.flatMap(({ name, short }) => [name, short]);
  for (const [path, summary, spec] of await specs(COMMANDS, "gigq")) {
    assertMatch(spec.summary, /^[A-Z][^.]*[^.\s]$/, `${path}: the summary is a line without a full stop`);
    assertEquals(spec.summary, summary, `${path}: the tree and the command say the same`);
    const names = (spec.options ?? []).flatMap(({ name, short }) =>
      short === undefined ? [name] : [name, short]
    );
    assertEquals(names.length, new Set(names).size, `${path}: an option is declared twice`);
    assertEquals(names.filter((name) => shared.includes(name)), [], `${path}: hides a global option`);
    for (const { name, short, type, value, help } of spec.options ?? []) {
      assertMatch(name, /^[a-z][a-z0-9-]+$/, `${path} --${name}`);
      assertEquals(type === "flag" && name.startsWith("no-"), false, `${path} --${name}: a flag denied`);
      assertMatch(short ?? "x", /^[a-zA-Z0]$/, `${path} --${name}`);
      assertEquals(
        value === undefined,
        type === "flag",
        `${path} --${name}: a value has a name, a flag has none`,
      );
      assertMatch(help, /[^.]$/, `${path} --${name}: no full stop`);
    }
    if (!path.endsWith("complete")) {
      assertEquals((spec.examples?.length ?? 0) > 0, true, `${path}: no example`);
    }
    for (const { command } of spec.examples ?? []) assertStringIncludes(command, "gigq", path);
  }
});
