/** Names and output that would drive a terminal, and everything that prints them. */

import { assert, assertEquals } from "@std/assert";
import { DANGEROUS } from "../../src/output/escape.ts";
import type { Place } from "../cli/harness.ts";
import { hostileTest } from "./place.ts";

type Options = NonNullable<Parameters<Place["gigq"]>[1]>;

/** What the program itself writes to a terminal: colours, and moves of the cursor for what it redraws. */
// deno-lint-ignore no-control-regex
const OWN = /\x1b\[(\d+(;\d+)*m|\d*[AKJ]|\?25[lh])|\r(?=\x1b\[|$|\n)/g;

function assertHarmless(text: string, what: string): void {
  const found = text.replace(OWN, "").match(DANGEROUS);
  assertEquals(
    found,
    null,
    `${what} writes ${JSON.stringify(found)} in ${JSON.stringify(text.slice(0, 2_000))}`,
  );
}

async function look(place: Place, argv: readonly string[], options: Options = {}): Promise<string> {
  const terminal = { outIsTerminal: true, errIsTerminal: true, columns: 80 };
  const { out, err } = await place.gigq(argv, { ...terminal, ...options });
  assertHarmless(out, `stdout of gigq ${argv.slice(0, 2).join(" ")}`);
  assertHarmless(err, `stderr of gigq ${argv.slice(0, 2).join(" ")}`);
  return out + err;
}

/** Sure to be there in every run. */
const EVIL = "\x1b]0;title\x07\x9b31m\x08\u202e\r\u2066\x7f";

hostileTest("lists, pages, logs and messages are harmless on a terminal", 12, async (place, some) => {
  const value = EVIL + some.join("").slice(0, 2_000);
  const short = EVIL + some[0]!.slice(0, 80).toWellFormed();
  const script = 'printf %s "$1"; printf %s "$1" >&2; exit "$2"';
  const argv = (code: string): string[] => ["--", "sh", "-c", script, short, value, code];
  await place.ok(["submit", "--unique", short, ...argv("0")]);
  await place.ok(["submit", ...argv("1")]);
  await place.ok(["submit", "--", short]);
  const thrower = new URL("./throwing_module.ts", import.meta.url).href;
  await place.ok(["submit", "--module", `${thrower}#fail`, "--max-attempts", "1", "-p", `text=${value}`]);
  await place.ok(["submit", "--module", `${thrower}#echo`, "-p", `text=${value}`]);
  for (const option of ["--name", "--tag", "--queue", "--backoff", "--after"]) {
    await look(place, ["submit", option, short, "--", "true"]);
  }
  assert((await look(place, ["worker", "--drain"])).includes("failed"));
  for (const id of ["1", "2", "3", "4", "5"]) {
    for (const verb of ["status", "logs", "result"]) {
      await look(place, [verb, id]);
      await look(place, [verb, "--json", id], { json: true });
    }
  }
  for (const verb of ["list", "stats"]) {
    await look(place, [verb]);
    await look(place, [verb, "--json"], { json: true });
  }
  await look(place, ["list", "--color", "always"], { color: true });
  await look(place, ["queue", "pause", short]);
  for (const verb of ["status", "list", "submit", "wait", "cancel"]) await look(place, [verb, `--${short}`]);
  await look(place, ["status", short]);
  await look(place, ["list", "--queue", short, "--name", short]);
  await look(place, ["requeue", "--queue", short]);
  await look(place, ["--db", `/nowhere/${short}`, "list"]);
  await look(place, ["--db", `/nowhere/${short}`, "--json", "list"], { json: true });
  await look(place, ["list"], { variables: { GIGQ_DB: `/nowhere/${short}`, GIGQ_DEBUG: "1" } });
});

hostileTest("map and run are harmless on a terminal", 12, async (place, some) => {
  const items = [EVIL, ...some].map((text) => text.replaceAll("\n", " ").slice(0, 200).toWellFormed());
  const script = 'printf "%s" "$1"; printf "%s" "$1" >&2; case $1 in *e*) exit 3;; esac';
  const stdin = items.join("\n");
  await look(place, ["map", "--", "sh", "-c", script, "x"], { stdin });
  await look(place, ["map", "--json", "--", "sh", "-c", script, "x"], { stdin, json: true });
  await look(place, ["batch", "--name", EVIL, "--", "echo"], { stdin });

  const thrower = new URL("./throwing_module.ts", import.meta.url).href;
  const text = items.join(" ");
  const file = await place.write(
    `flow.json`,
    JSON.stringify({
      name: "flow",
      steps: {
        good: { module: `${thrower}#echo`, with: { text } },
        bad: { module: `${thrower}#fail`, with: { text }, "max-attempts": 1 },
        never: { run: [EVIL], after: ["bad"] },
      },
    }),
  );
  await look(place, ["run", file]);
  await look(place, ["run", "--json", "--fresh", file], { json: true });
  for (const argv of [["list"], ["status", "1"], ["retry", "1"]]) await look(place, ["workflow", ...argv]);
  for (const format of ["text", "mermaid", "dot"]) {
    await look(place, ["workflow", "graph", file, "--format", format]);
  }
  const wrong = await place.write(
    "wrong.json",
    JSON.stringify({ name: EVIL, steps: { [EVIL]: { rum: [EVIL] } } }),
  );
  await look(place, ["workflow", "validate", wrong]);
  await look(place, ["run", wrong]);
});

Deno.test("a program's own writes are told apart from what it was given", () => {
  for (const harmless of ["\x1b[31mred\x1b[0m", "\x1b[2K\x1b[1A", "a\tb\n"]) {
    assertHarmless(harmless, "colour");
  }
  for (const text of ["\x1b]0;t\x07", "\x9b31m", "\u202e", "a\rb", "\x1b[5n"]) {
    let refused = false;
    try {
      assertHarmless(text, "probe");
    } catch {
      refused = true;
    }
    assert(refused, JSON.stringify(text));
  }
});
