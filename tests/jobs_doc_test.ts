import { assertEquals } from "@std/assert";
import { formatRule } from "../src/core/error_rules.ts";
import { STATUSES, TRANSITIONS } from "../src/core/transitions.ts";
import { readWorkflowText } from "../src/library/workflow/read_file.ts";
import { finish, Place } from "./cli/harness.ts";
import { fencedBlocks, gigqCalls } from "./docs/shell.ts";

Deno.test("the diagram in docs/jobs.md draws the table of transitions", async () => {
  const page = await Deno.readTextFile(new URL("../docs/jobs.md", import.meta.url));
  const drawn = [...page.matchAll(/^ {2}(\w+) --> (\w+)$/gm)].map(([, from, to]) => `${from} ${to}`);
  const legal = STATUSES.flatMap((from) => TRANSITIONS[from].map((to) => `${from} ${to}`));
  assertEquals(drawn.toSorted(), legal.toSorted());
});

/** Commands of a page and what they print, in the order of the page. */
function dialogues(page: string): { argv: readonly string[]; printed: string }[] {
  return fencedBlocks(page, "console").flatMap((block) =>
    block.split(/^\$ /m).slice(1).map((part) => {
      const [line, ...printed] = part.split("\n");
      return { argv: gigqCalls(line!)[0]!, printed: printed.join("\n") };
    })
  );
}

/** What differs from run to run. */
function timeless(text: string): string {
  return text.replace(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/g, "TIME").replace(
    /(after|in) \d+(\.\d+)?(ms|s)\b/g,
    "$1 SPAN",
  );
}

Deno.test("the commands of docs/jobs.md print what it says", async () => {
  const page = await Deno.readTextFile(new URL("../docs/jobs.md", import.meta.url));
  await using here = await Place.make();
  await here.write("gigq.toml", fencedBlocks(page, "toml")[0]!);
  const sync = '#!/bin/sh\n[ "$GIGQ_ATTEMPT" -gt 1 ] || exit 75\necho "no such table: rows" >&2\nexit 3\n';
  await Deno.chmod(await here.write("sync", sync), 0o755);
  const told = dialogues(page);
  assertEquals(told.length, 5);
  for (const { argv, printed } of told) {
    const { out, err } = await finish(here.spawn(argv));
    assertEquals(timeless(out + err), timeless(printed), argv.join(" "));
  }
});

Deno.test("the workflow of docs/jobs.md is understood", async () => {
  const page = await Deno.readTextFile(new URL("../docs/jobs.md", import.meta.url));
  const [text] = fencedBlocks(page, "yaml");
  const reading = await readWorkflowText(text!, new URL("file:///load.yaml"), 0);
  if ("problems" in reading) throw new Error(reading.problems[0]!.message);
  assertEquals(reading.spec.steps[0]!.job.policy.rules!.map(formatRule), [
    "exit:75 -> snooze:5m",
    "exit:65 -> dead",
    "class:CommandFailed & error:/disk/i -> run:./alert",
  ]);
});

Deno.test("the settings of docs/cli.md are understood", async () => {
  const page = await Deno.readTextFile(new URL("../docs/cli.md", import.meta.url));
  await using here = await Place.make();
  await here.write("gigq.toml", fencedBlocks(page, "toml")[0]!);
  const { code, out } = await finish(here.spawn(["policy", "list", "--json"]));
  const names = out.trim().split("\n").map((line) => JSON.parse(line).name);
  assertEquals([code, names], [0, ["patient", "command"]]);
});
