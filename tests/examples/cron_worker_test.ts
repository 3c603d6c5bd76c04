import { assertEquals, assertMatch } from "@std/assert";
import { NO_SHELL, Workshop } from "./workshop.ts";

/** The commands of the crontab, as cron would hand them to a shell. */
async function commands(): Promise<readonly string[]> {
  const text = await Deno.readTextFile(new URL("../../examples/cron_worker/crontab", import.meta.url));
  return text.split("\n").filter((line) => /^[\d*]/.test(line)).map((line) =>
    line.split(/\s+/).slice(5).join(" ")
  );
}

Deno.test({
  name: "example cron_worker: the lines of the crontab work together",
  ignore: NO_SHELL,
  fn: async () => {
    const [backup, heartbeat, worker, clear] = await commands();
    await using shop = await Workshop.open();
    await shop.write("data/file", "kept");
    const env = { GIGQ_DB: `${shop.folder}/gigq.db` };
    const ids = [
      await shop.shell(backup!, env),
      await shop.shell(heartbeat!, env),
      await shop.shell(backup!, env),
    ];
    // The second backup finds the first one waiting.
    assertEquals(ids.map(({ code, out }) => [code, out.trim()]), [[0, "1"], [0, "2"], [0, "1"]]);
    const workers = await Promise.all([shop.shell(worker!, env), shop.shell(worker!, env)]);
    assertEquals(workers.map(({ code }) => code), [0, 0]);
    const jobs = (await shop.shell("gigq list --json", env)).out.trim().split("\n").map((line) =>
      JSON.parse(line)
    );
    assertEquals(jobs.map(({ name, status }) => [name, status]).sort(), [
      ["backup", "completed"],
      ["heartbeat", "completed"],
    ]);
    assertMatch((await shop.shell("gigq result 2", env)).out, /UTC/);
    assertEquals((await shop.shell("tar -tzf backup.tgz", env)).out, "data/\ndata/file\n");
    assertEquals((await shop.shell(clear!, env)).code, 0);
    assertEquals(JSON.parse((await shop.shell("gigq stats --json", env)).out).total, 0);
  },
});
