import { assertEquals } from "@std/assert";
import { fencedBlocks } from "../docs/shell.ts";
import { NO_SHELL, Workshop } from "./workshop.ts";

const ROOT = new URL("../../", import.meta.url);

Deno.test({
  name: "example resume: prints what its README shows, before the crash and after it",
  ignore: NO_SHELL,
  async fn(): Promise<void> {
    await using shop = await Workshop.open();
    const page = await Deno.readTextFile(new URL("examples/resume/README.md", ROOT));
    const [before, after] = fencedBlocks(page, "text");
    await shop.write(
      "orders.csv",
      `id,amount\n${Array.from({ length: 1_000 }, (_, at) => `${at + 1},${at + 1}\n`).join("")}`,
    );
    const crashed = await shop.deno("examples/resume/import.ts", ["orders.csv", "--crash-after", "600"]);
    assertEquals([crashed.code, crashed.out], [137, before]);
    const resumed = await shop.deno("examples/resume/import.ts", ["orders.csv"]);
    assertEquals([resumed.code, resumed.out], [0, after]);
  },
});
