/** `docs/cli.md` is the manual that the program prints. */

import { assertEquals } from "@std/assert";
import { manual } from "../../src/cli/manual.ts";
import { gigq } from "./fixture.ts";

Deno.test("docs/cli.md is up to date: gigq help --manual > docs/cli.md", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/cli.md", import.meta.url));
  assertEquals(page, await manual());
});

Deno.test("gigq help --manual prints it", async () => {
  assertEquals(await gigq(["help", "--manual"]), { code: 0, out: await manual(), err: "" });
});
