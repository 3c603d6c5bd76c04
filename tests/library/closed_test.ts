/** Workers of a queue that their own program has closed. */

import { assertEquals, assertRejects } from "@std/assert";
import { ClosedError, JobQueue, task, Worker } from "../../mod.ts";
import { ownName } from "../servers.ts";
import { STORES } from "./stores.ts";

for (const { name, available, url, drop } of STORES) {
  Deno.test({
    name: `a worker ends when its queue is closed, and does not wait for it to come back: ${name}`,
    ignore: !available,
    async fn(): Promise<void> {
      const own = ownName();
      try {
        await using queue = await JobQueue.open(url(own));
        const begun = Promise.withResolvers<void>();
        const begin = task("begin", () => begun.resolve());
        await queue.submit(begin());
        const events: string[] = [];
        const worker = new Worker(queue, { tasks: [begin], onEvent: ({ type }) => events.push(type) });
        const ended = assertRejects(() => worker.run(), ClosedError, "closed");
        await begun.promise;
        await queue.close();
        await ended;
        assertEquals(events.includes("unreachable"), false, "nobody is told that a server is away");
        await assertRejects(() => new Worker(queue).drain(), ClosedError, "closed");
      } finally {
        await drop(own);
      }
    },
  });
}
