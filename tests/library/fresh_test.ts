import { assertEquals } from "@std/assert";
import { command, JobQueue, Worker } from "../../mod.ts";
import { baseOf, nameOf } from "../../src/runner/command/left_files.ts";
import { privateFolder } from "../../src/runner/command/private_folder.ts";

Deno.test({
  name: "a job that is requeued goes on from the file its lost attempt has left, and with fresh it does not",
  ignore: Deno.build.os === "windows",
  async fn(): Promise<void> {
    const folder = await Deno.makeTempDir();
    try {
      await using queue = await JobQueue.open(`${folder}/jobs.db`, { driver: "builtin" });
      const script = 'cat "$GIGQ_CHECKPOINT" 2>/dev/null || echo nothing';
      const id = await queue.submit(command(script, { shell: true }));
      const results: unknown[] = [];
      const run = async (): Promise<void> => {
        await new Worker(queue).drain();
        results.push((await queue.get(id)).result);
      };
      await run();
      const place = privateFolder();
      if ("problem" in place) throw new Error(place.problem);
      const base = baseOf(await nameOf(queue.location), await queue.get(id));
      // As a worker leaves it that is killed.
      const leave = (attempt: number): Promise<void> =>
        Deno.writeTextFile(`${place.path}/${base}${attempt}`, "row 7");
      await leave(1);
      await queue.requeue([id]);
      await run();
      await leave(2);
      await queue.requeue([id], { fresh: true });
      await run();
      assertEquals(results, ["nothing", "row 7", "nothing"]);
      assertEquals([...Deno.readDirSync(place.path)].filter(({ name }) => name.startsWith(base)), []);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  },
});
