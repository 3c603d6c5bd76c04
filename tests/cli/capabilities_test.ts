/** What `gigq doctor --capabilities` prints, and `docs/backends.md` says. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { capabilityMarkdown } from "../../src/cli/capabilities_table.ts";
import { BACKENDS } from "../../src/store/backends.ts";
import { allStores } from "../store/stores.ts";
import { gigq } from "./fixture.ts";

const BEGIN = "<!-- capabilities: made by the program, checked by a test -->\n\n";
const END = "\n\n<!-- /capabilities -->";

Deno.test("docs/backends.md has the table of the program", async () => {
  const path = new URL("../../docs/backends.md", import.meta.url);
  const page = await Deno.readTextFile(path);
  const begin = page.indexOf(BEGIN) + BEGIN.length;
  const end = page.indexOf(END);
  // To accept a change on purpose: GIGQ_ACCEPT=1 deno task test tests/cli/capabilities_test.ts
  if (Deno.env.get("GIGQ_ACCEPT") === "1") {
    await Deno.writeTextFile(path, page.slice(0, begin) + capabilityMarkdown() + page.slice(end));
  } else assertEquals(cells(page.slice(begin, end)), cells(capabilityMarkdown()));
});

/** However wide the formatter makes the columns. */
function cells(table: string): string[][] {
  return table.split("\n").map((line) => line.split("|").map((cell) => cell.trim().replace(/^-+$/, "-")));
}

Deno.test("doctor --capabilities prints a column a backend, and looks at no queue", async () => {
  const { code, out } = await gigq(["doctor", "--capabilities", "--db", "/nowhere/at/all.db"]);
  assertEquals(code, 0);
  const [titles = "", ...rows] = out.trimEnd().split("\n");
  assertEquals(titles.trim().split(/\s+/), ["MEMORY", "SQLITE", "POSTGRESQL", "REDIS"]);
  assertEquals(rows.length, Object.keys(BACKENDS.memory).length);
  assertStringIncludes(out, "Several machines use it at once");
});

Deno.test("doctor --capabilities fits a terminal of 80 columns", async () => {
  const { out } = await gigq(["doctor", "--capabilities"]);
  for (const line of out.trimEnd().split("\n")) assert(line.length <= 80, line);
});

Deno.test("doctor --capabilities --json prints an object a backend", async () => {
  const { out } = await gigq(["doctor", "--capabilities", "--json"]);
  const objects = out.trimEnd().split("\n").map((line) => JSON.parse(line));
  const expected = Object.entries(BACKENDS).map(([backend, flags]) => ({ backend, ...flags }));
  assertEquals(objects, expected);
});

for (
  const [backend, name] of [["memory"], ["sqlite", "sqlite file, builtin"], ["postgres"], ["redis"]] as const
) {
  const store = allStores.find((store) => store.name === (name ?? backend));
  Deno.test({
    name: `${backend}: the store says of itself what the table says`,
    ignore: !store?.available,
    async fn(): Promise<void> {
      const opened = await store!.open();
      try {
        assertEquals(opened.capabilities, BACKENDS[backend]);
      } finally {
        await opened.close();
      }
    },
  });
}
