import { assert, assertEquals, assertRejects } from "@std/assert";
import { ConfigError } from "../../src/core/errors.ts";
import { openStore } from "../../src/store/open.ts";
import { newJob, T } from "../../src/testing/contract/kit.ts";
import { ServerProcess } from "../faults/process.ts";
import { freePort, privateRedis } from "../faults/servers.ts";
import { command } from "./redis_kit.ts";

Deno.test({
  name: "redis sentinel: the sentinels tell where the master is",
  ignore: privateRedis === null,
  fn: async () => {
    await using master = await privateRedis!();
    const port = freePort();
    const file = `${master.folder}/sentinel.conf`;
    await Deno.writeTextFile(file, `port ${port}\nsentinel monitor mine 127.0.0.1 ${master.port} 1\n`);
    const sentinel = new ServerProcess({
      program: "redis-server",
      args: [file, "--sentinel", "--dir", master.folder],
      owner: null,
      look: () => command("PING", [], `redis://127.0.0.1:${port}`).then(() => {}),
    });
    await sentinel.start();
    try {
      const { store } = await openStore(`redis://127.0.0.1:${port}?sentinel=mine`);
      await store.enqueue({ jobs: [newJob()] }, T);
      assertEquals(await store.count({}), 1);
      await store.close();
      assert(Number(await master.call("DBSIZE")) > 0);
      const unknown = (): Promise<unknown> => openStore(`redis://127.0.0.1:${port}?sentinel=other`);
      const error = await assertRejects(unknown, ConfigError);
      assert(/master other of the sentinels .* not known/.test(error.message), error.message);
    } finally {
      await sentinel.kill();
    }
  },
});
