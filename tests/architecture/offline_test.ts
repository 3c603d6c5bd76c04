import { assert, assertEquals } from "@std/assert";
import { ROOT } from "./graph.ts";
import { runWithoutRegistry } from "./silent_registry.ts";

Deno.test("offline: a script elsewhere imports the library and works, with nothing cached and no map", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(
      `${folder}/script.ts`,
      `import { JobQueue, task, Worker } from ${JSON.stringify(`${ROOT}mod.ts`)};
       const double = task("double", (p: number) => 2 * p);
       await using queue = await JobQueue.open(":memory:");
       const id = await queue.submit(double(21));
       await new Worker(queue, { tasks: [double], kinds: [] }).drain();
       console.log((await queue.get(id)).result);`,
    );
    const run = await runWithoutRegistry(folder, ["-A", "--no-config", "script.ts"]);
    assertEquals(run, { success: true, stdout: "42\n", stderr: "", asked: [] });
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("offline: with the configuration of a clone, importing the library asks no registry either", async () => {
  const run = await runWithoutRegistry(new URL(ROOT), ["mod.ts"]);
  assertEquals(run, { success: true, stdout: "", stderr: "", asked: [] });
});

Deno.test("offline: a question to a registry would be noticed", async () => {
  // The entry for workflow files names its YAML parser.
  const { asked } = await runWithoutRegistry(new URL(ROOT), ["load.ts"]);
  assert(asked.includes("/yaml"), `asked for ${asked.join(", ") || "nothing"}`);
});
