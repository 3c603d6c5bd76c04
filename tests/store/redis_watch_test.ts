import { assertEquals } from "@std/assert";
import { openStore } from "../../src/store/open.ts";
import { newJob, T } from "../../src/testing/contract/kit.ts";
import { Proxy } from "../faults/proxy.ts";
import { privateRedis } from "../faults/servers.ts";
import { ownName, redisUrl } from "../servers.ts";
import { deletePrefix, prefixUrl } from "./redis_kit.ts";

Deno.test({
  name: "redis watch: changes by another process wake at once",
  ignore: redisUrl === null,
  fn: async () => {
    const prefix = ownName();
    const { store: here } = await openStore(prefixUrl(prefix));
    const { store: there } = await openStore(prefixUrl(prefix));
    const ended = new AbortController();
    const watch = here.watch(ended.signal)[Symbol.asyncIterator]();
    await watch.next();
    // When it is connected, it tells once more.
    await watch.next();
    for (let count = 1; count <= 3; count++) {
      await there.enqueue({ jobs: [newJob()] }, T);
      await watch.next();
      assertEquals(await here.count({}), count);
    }
    ended.abort();
    assertEquals((await watch.next()).done, true);
    await here.close();
    await there.close();
    await deletePrefix(prefix);
  },
});

Deno.test({
  name: "redis watch: goes on after the connection was cut, and looks for what it missed",
  ignore: privateRedis === null,
  fn: async () => {
    await using server = await privateRedis!();
    await using proxy = new Proxy(server.port);
    const { store: here } = await openStore(proxy.through(server.url));
    const { store: there } = await openStore(server.url);
    const ended = new AbortController();
    const watch = here.watch(ended.signal)[Symbol.asyncIterator]();
    await watch.next();
    await watch.next();
    proxy.cut();
    await there.enqueue({ jobs: [newJob()] }, T);
    while (await here.count({}) < 1) await watch.next();
    await there.enqueue({ jobs: [newJob()] }, T);
    while (await here.count({}) < 2) await watch.next();
    ended.abort();
    await watch.return?.();
    await here.close();
    await there.close();
  },
});
