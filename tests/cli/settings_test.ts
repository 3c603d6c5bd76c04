/** Where settings come from, and which wins. */

import { assertEquals } from "@std/assert";
import type { CommandSpec } from "../../src/cli/command.ts";
import { GLOBAL_OPTIONS } from "../../src/cli/globals.ts";
import { toPlain } from "../../src/cli/parser/argv.ts";
import { tokenize } from "../../src/cli/parser/cliffy.ts";
import { applySettings, type Settings } from "../../src/cli/settings.ts";
import { gigq } from "./fixture.ts";

const WORKER: CommandSpec = {
  name: "worker",
  summary: "",
  options: [
    { name: "concurrency", type: "integer", value: "N", help: "" },
    { name: "queue", short: "q", type: "string", multiple: true, help: "" },
    { name: "drain", type: "flag", help: "" },
  ],
  run: () => Promise.resolve(0),
};

/** A project in a folder below another one, and a user's home. */
async function withFolders(
  files: Readonly<Record<string, string>>,
  work: (root: string) => Promise<void>,
): Promise<void> {
  const root = await Deno.makeTempDir({ prefix: "gigq-settings-" });
  try {
    await Deno.mkdir(`${root}/project/deep/er`, { recursive: true });
    await Deno.mkdir(`${root}/config/gigq`, { recursive: true });
    for (const [path, text] of Object.entries(files)) await Deno.writeTextFile(`${root}/${path}`, text);
    await work(root);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
}

async function settings(
  root: string,
  argv: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
  command = "worker",
): Promise<Settings> {
  const options = [...WORKER.options ?? [], ...GLOBAL_OPTIONS];
  const raw = await tokenize(options, toPlain(WORKER, options, argv, "gigq worker").argv);
  const place = {
    cwd: `${root}/project/deep/er`,
    env: (name: string) => ({ XDG_CONFIG_HOME: `${root}/config`, ...env })[name],
  };
  return await applySettings(raw, WORKER, command, place);
}

Deno.test("settings: built in, without any file", async () => {
  await withFolders({}, async (root) => {
    const { choices, raw } = await settings(root);
    assertEquals(choices, { json: false, db: "gigq.db", color: "auto" });
    assertEquals([...raw.options], []);
  });
});

Deno.test("settings: option, then GIGQ_DB, then project, then user", async () => {
  const files = {
    "project/gigq.toml": 'db = "p.db"',
    "config/gigq/gigq.toml": 'db = "u.db"\ncolor = "never"',
  };
  await withFolders(files, async (root) => {
    assertEquals((await settings(root, ["--db", "o.db"], { GIGQ_DB: "e.db" })).choices.db, "o.db");
    assertEquals((await settings(root, [], { GIGQ_DB: "e.db" })).choices.db, "e.db");
    assertEquals((await settings(root, [], { GIGQ_DB: "" })).choices.db, `${root}/project/p.db`);
    assertEquals((await settings(root)).choices.color, "never");
    assertEquals((await settings(root, ["--color=always"])).choices.color, "always");
    await Deno.remove(`${root}/project/gigq.toml`);
    assertEquals((await settings(root)).choices.db, `${root}/config/gigq/u.db`);
  });
});

Deno.test("settings: the nearest project file is the only one", async () => {
  const files = { "project/gigq.toml": 'db = "far.db"', "project/deep/gigq.toml": 'color = "always"' };
  await withFolders(files, async (root) => {
    assertEquals((await settings(root)).choices, { json: false, db: "gigq.db", color: "always" });
  });
});

Deno.test("settings: absolute paths, URLs and :memory: stay as they are", async () => {
  for (const db of ["/var/jobs.db", ":memory:", "postgres://host/db"]) {
    await withFolders({ "project/gigq.toml": `db = "${db}"` }, async (root) => {
      assertEquals((await settings(root)).choices.db, db);
    });
  }
});

Deno.test("settings: a table gives a command's options their defaults", async () => {
  const files = {
    "project/gigq.toml": '[worker]\nconcurrency = 4\nqueue = ["a", "b"]\ndrain = true\n[submit]\nretry = 2',
    "config/gigq/gigq.toml": "[worker]\nconcurrency = 9",
  };
  await withFolders(files, async (root) => {
    assertEquals([...(await settings(root)).raw.options], [
      ["concurrency", ["4"]],
      ["queue", ["a", "b"]],
      ["drain", [true]],
    ]);
    const typed = (await settings(root, ["-q", "c", "--concurrency=1"])).raw.options;
    assertEquals([typed.get("queue"), typed.get("concurrency")], [["c"], ["1"]]);
    assertEquals([...(await settings(root, [], {}, "list")).raw.options], []);
  });
});

const BAD: readonly (readonly [string, string])[] = [
  ["db = ", ":1:6 is not TOML: invalid value"],
  ['databse = "x"', ': unknown setting "databse"; docs/cli.md lists the settings'],
  ['colour = "never"', ': unknown setting "colour"; did you mean "color"?'],
  ["[workers]", ': unknown setting "workers"; did you mean "worker"?'],
  ["[worker]\nconcurency = 1", ': unknown setting "worker.concurency"; did you mean "worker.concurrency"?'],
  ["[clear]\nall = true", ': unknown setting "clear"; docs/cli.md lists the settings'],
  ["db = 5", ": db must be the name of a file or the URL of a server, not 5"],
  ['color = "red"', ': color must be auto, always or never, not "red"'],
  ["worker = 4", ": worker must be a table; write [worker] on a line of its own"],
  ['[worker]\ndrain = "yes"', ': worker.drain cannot be "yes"; write true or false'],
  ["[worker]\nconcurrency = [1]", ": worker.concurrency cannot be [1]; write what --concurrency takes"],
];

for (const [toml, message] of BAD) {
  Deno.test(`settings: refuses ${JSON.stringify(toml)}`, async () => {
    await withFolders({ "project/gigq.toml": toml }, async (root) => {
      const ran = await gigq(["worker", "--drain"], {
        cwd: `${root}/project`,
        env: { GIGQ_DB: `${root}/none/x.db` },
      });
      assertEquals(ran, { code: 78, out: "", err: `gigq: ${root}/project/gigq.toml${message}\n` });
    });
  });
}

Deno.test("settings: a value from a file is checked like a typed one", async () => {
  await withFolders({ "project/gigq.toml": "[worker]\nconcurrency = -3" }, async (root) => {
    const ran = await gigq(["worker", "--drain"], {
      cwd: `${root}/project`,
      env: { GIGQ_DB: `${root}/none/x.db` },
    });
    assertEquals([ran.code, ran.out], [2, ""]);
    assertEquals(ran.err, "gigq: --concurrency must be at least 1, not -3\n");
  });
});
