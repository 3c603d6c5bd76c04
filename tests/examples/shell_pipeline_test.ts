import { assertEquals, assertMatch } from "@std/assert";
import { NO_SHELL, Workshop } from "./workshop.ts";

Deno.test({
  name: "example shell_pipeline: compresses what is there, and later only what is new",
  ignore: NO_SHELL,
  fn: async () => {
    await using shop = await Workshop.open();
    for (const name of ["b", "a", "it's $(here)"]) {
      await shop.write(`logs/${name}.log`, `${name}\n`.repeat(100));
    }
    const run = (): ReturnType<Workshop["shell"]> =>
      shop.shell('"$examples/shell_pipeline/compress_logs.sh" logs');
    const jobs = async (): Promise<number> => {
      const { out } = await shop.shell("gigq stats --json --db logs/.gigq.db");
      return JSON.parse(out).total;
    };
    const first = await run();
    assertEquals([first.code, await jobs()], [0, 6]);
    assertMatch(first.out, /^a\.log\.gz \d+\nb\.log\.gz \d+\nit's \$\(here\)\.log\.gz \d+\n$/);
    await shop.write("logs/c.log", "new\n");
    const second = await run();
    assertEquals([second.code, await jobs()], [0, 8]);
    assertEquals(second.out.split("\n").length, 5);
    const { out } = await shop.shell("gzip -dc 'logs/it'\\''s $(here).log.gz' | head -1");
    assertEquals(out, "it's $(here)\n");
  },
});
