/** What a half-typed command line completes to, asked directly and by a real bash. */

import { assertEquals } from "@std/assert";
import { OVERLAPS } from "../../src/core/schedule.ts";
import { STATUS_WORDS } from "../../src/cli/selector_options.ts";
import { COMMANDS } from "../../src/cli/tree.ts";
import { command } from "../../src/library/jobs.ts";
import { workflow } from "../../src/library/workflow/builder.ts";
import { failure, gigq, QueueFixture } from "./fixture.ts";

async function filled(): Promise<QueueFixture> {
  const fixture = await QueueFixture.open();
  await fixture.queue.submit(command(["true"]), { name: "night shift", queue: "mail" });
  await fixture.queue.submit(command(["echo", "x"]));
  await fixture.queue.schedules.add("nightly", command(["true"]), { cron: "@daily" });
  return fixture;
}

/** The mode and the values offered for these words. */
async function offered(fixture: QueueFixture, words: readonly string[]): Promise<string[]> {
  const { code, out, err } = await fixture.gigq(["complete", "--", ...words]);
  assertEquals([code, err], [0, ""]);
  return out.split("\n").slice(0, -1).map((line) => line.split("\t")[0]!);
}

const VISIBLE = COMMANDS.filter(({ hidden }) => !hidden).map(({ name }) => name);

const OFFERED: readonly (readonly [readonly string[], readonly string[]])[] = [
  [[""], ["values", ...VISIBLE]],
  [["--json", ""], ["values", ...VISIBLE]],
  [["--db", "x.db", "li"], ["values", ...VISIBLE]],
  [["queue", ""], ["values", "list", "pause", "resume"]],
  [["queue", "pause", ""], ["values", "default", "mail"]],
  [["errors", ""], ["values", "list", "show", "mute", "unmute"]],
  [["errors", "--"], [
    "values",
    ...["--since", "--all", "--queue", "--kind", "--limit"],
    ...["--db", "--json", "--color", "--help", "--version"],
  ]],
  [["errors", "--queue", ""], ["values", "default", "mail"]],
  [["dead", ""], ["values", "list", "redrive", "dismiss"]],
  [["schedule", "show", ""], ["values", "nightly"]],
  [["schedule", "pause", "nightly", ""], ["values", "nightly"]],
  [["schedule", "add", "x", "--overlap", ""], ["values", ...OVERLAPS]],
  [["schedule", "add", "x", "--", ""], ["programs"]],
  [["schedule", "apply", ""], ["files"]],
  [["simulate", "schedules", ""], ["values", "nightly"]],
  [["list", "--schedule", ""], ["values", "nightly"]],
  [["wait", "--schedule="], ["values", "--schedule=nightly"]],
  [["help", ""], ["values", ...VISIBLE]],
  [["help", "queue", ""], ["values", "list", "pause", "resume"]],
  [["help", "list", ""], ["values"]],
  [["completions", ""], ["values", "bash", "zsh", "fish"]],
  [["status", ""], ["values", "@last", "2", "1"]],
  [["status", "1", ""], ["values"]],
  [["cancel", "1", ""], ["values", "@last", "2", "1"]],
  [["cancel", "1,"], ["values", "1,@last", "1,2", "1,1"]],
  [["list", "--status", ""], ["values", ...STATUS_WORDS]],
  [["list", "-s", "failed,r"], ["values", ...STATUS_WORDS.map((word) => `failed,${word}`)]],
  [["list", "--queue=m"], ["values", "--queue=default", "--queue=mail"]],
  [["list", "--name", ""], ["values", "night shift"]],
  [["list", "--limit", ""], ["values"]],
  [["list", "--color", ""], ["values", "auto", "always", "never"]],
  [["list", "--db", ""], ["files"]],
  [["list", "--db=x"], ["files"]],
  [["logs", "--stream=", "1", "--color="], ["values", "--color=auto", "--color=always", "--color=never"]],
  [["stats", "-"], ["values", "--db", "--json", "--color", "--help", "--version"]],
  [["submit", ""], ["values", "--"]],
  [["submit", "--", ""], ["programs"]],
  [["submit", "--", "ls", ""], ["files"]],
  [["nothing", ""], ["values"]],
  [["list", "--nothing=", ""], ["values", "@last", "2", "1"]],
];

for (const [words, expected] of OFFERED) {
  Deno.test(`completes ${JSON.stringify(words)}`, async () => {
    await using fixture = await filled();
    assertEquals(await offered(fixture, words), expected);
  });
}

Deno.test("completes causes, and steps of the run that stands before", async () => {
  await using fixture = await filled();
  await fixture.finish(failure("no width"));
  await fixture.finish(failure("timed out\x1b[2J"));
  const flow = workflow("flow");
  const fetch = flow.add(command(["curl"]), { name: "fetch" });
  flow.add(command(["parse"]), { name: "parse", after: [fetch] });
  await flow.submit(fixture.queue);
  const causes = await fixture.gigq(["complete", "--", "requeue", "--error", ""]);
  assertEquals(causes.out, "values\nE2\tError: timed out\\e[2J\nE1\tError: no width\n");
  assertEquals(await offered(fixture, ["errors", "show", ""]), ["values", "E2", "E1"]);
  assertEquals(await offered(fixture, ["errors", "mute", "E1,"]), ["values", "E1,E2", "E1,E1"]);
  for (const run of ["1", "flow"]) {
    assertEquals(await offered(fixture, ["workflow", "retry", run, "--from", ""]), [
      "values",
      "fetch",
      "parse",
    ]);
  }
  assertEquals(await offered(fixture, ["workflow", "retry", "--from", ""]), ["values"]);
});

Deno.test("completions tell what a value means", async () => {
  await using fixture = await filled();
  const { out } = await fixture.gigq(["complete", "--", "status", ""]);
  assertEquals(out, "values\n@last\tthe one submitted last\n2\tready echo x\n1\tready night shift\n");
});

Deno.test("completions read the database of --db, and are silent where there is none", async () => {
  await using fixture = await filled();
  const argv = ["complete", "--", "--db", fixture.db, "queue", "pause", ""];
  assertEquals((await gigq(argv)).out, "values\ndefault\t\nmail\t\n");
  const none = `${fixture.folder}/none.db`;
  assertEquals(await gigq(["complete", "--", "--db", none, "status", ""]), { code: 0, out: "", err: "" });
  await Deno.writeTextFile(`${fixture.folder}/text.db`, "this is no database at all");
  const text = await gigq(["complete", "--", `--db=${fixture.folder}/text.db`, "status", ""]);
  assertEquals(text, { code: 0, out: "", err: "" });
  assertEquals([...Deno.readDirSync(fixture.folder)].some(({ name }) => name.startsWith("none.db")), false);
});

const hasBash = Deno.build.os !== "windows" && await exists("bash");

async function exists(program: string): Promise<boolean> {
  try {
    return (await new Deno.Command(program, { args: ["--version"], stdout: "null", stderr: "null" }).output())
      .success;
  } catch {
    return false;
  }
}

/**
 * Completes a line in a real bash, with a `gigq` that answers from a file and records what it was asked.
 *
 * @param words As bash splits them: also at `=`, `:` and `@`
 */
async function inBash(
  line: string,
  words: readonly string[],
  answer: string,
): Promise<{ asked: string[]; replies: string[] }> {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/answer`, answer);
    await Deno.writeTextFile(`${folder}/script`, (await gigq(["completions", "bash"])).out);
    const script = `
      gigq() { printf '%s\\0' "$@" > "${folder}/asked"; cat "${folder}/answer"; }
      source "${folder}/script"
      COMP_LINE=$1; COMP_POINT=\${#1}; shift
      COMP_WORDS=(gigq "$@"); COMP_CWORD=$#
      _gigq
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    const args = ["--norc", "-c", script, "bash", line, ...words];
    const { success, stdout, stderr } = await new Deno.Command("bash", {
      args,
      stdout: "piped",
      stderr: "piped",
    }).output();
    assertEquals([success, new TextDecoder().decode(stderr)], [true, ""]);
    const asked = (await Deno.readTextFile(`${folder}/asked`)).split("\0").slice(2, -1);
    return { asked, replies: new TextDecoder().decode(stdout).split("\n").filter((line) => line !== "") };
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

const IN_BASH:
  readonly (readonly [string, readonly string[], string, readonly string[], readonly string[]])[] = [
    ["gigq li", ["li"], "values\nlist\tx\nlogs\t\n", ["li"], ["list"]],
    ["gigq list ", ["list", ""], "values\n1\tready\n12\t\n", ["list", ""], ["1", "12"]],
    ["gigq list --queue=m", ["list", "--queue", "=", "m"], "values\n--queue=mail\t\n--queue=x\t\n", [
      "list",
      "--queue=m",
    ], ["mail"]],
    ["gigq list --queue=", ["list", "--queue", "="], "values\n--queue=mail\t\n--queue=x\t\n", [
      "list",
      "--queue=",
    ], ["mail", "x"]],
    ["gigq list --queue=m 1", ["list", "--queue", "=", "m", "1"], "values\n12\t\n", [
      "list",
      "--queue=m",
      "1",
    ], ["12"]],
    ["gigq status @la", ["status", "@", "la"], "values\n@last\t\n", ["status", "@la"], ["last"]],
    ["gigq status @", ["status", "@"], "values\n@last\t\n12\t\n", ["status", "@"], ["@last"]],
    ["gigq list -n ni", ["list", "-n", "ni"], "values\nnight shift\t\n", ["list", "-n", "ni"], [
      "night\\ shift",
    ]],
    ["gigq cancel 1,1", ["cancel", "1,1"], "values\n1,1\t\n1,12\t\n", ["cancel", "1,1"], ["1,1", "1,12"]],
  ];

for (const [line, words, answer, asked, replies] of IN_BASH) {
  Deno.test({
    name: `bash completes ${line}`,
    ignore: !hasBash,
    fn: async () =>
      assertEquals(await inBash(line, words, answer), { asked: [...asked], replies: [...replies] }),
  });
}

Deno.test("zones are completed", async () => {
  await using fixture = await QueueFixture.open();
  const zones = await offered(fixture, ["schedule", "next", "--tz", ""]);
  assertEquals(["Europe/Prague", "UTC"].filter((zone) => !zones.includes(zone)), []);
});
