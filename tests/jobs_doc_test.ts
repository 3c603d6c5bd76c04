import { assertEquals } from "@std/assert";
import { STATUSES, TRANSITIONS } from "../src/core/transitions.ts";

Deno.test("the diagram in docs/jobs.md draws the table of transitions", async () => {
  const page = await Deno.readTextFile(new URL("../docs/jobs.md", import.meta.url));
  const drawn = [...page.matchAll(/^ {2}(\w+) --> (\w+)$/gm)].map(([, from, to]) => `${from} ${to}`);
  const legal = STATUSES.flatMap((from) => TRANSITIONS[from].map((to) => `${from} ${to}`));
  assertEquals(drawn.toSorted(), legal.toSorted());
});
