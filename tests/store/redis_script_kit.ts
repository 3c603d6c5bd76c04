/** Tests that look at the keys of a Redis store and speak to its scripts. */

import { openIdentity } from "../../src/store/redis/identity.ts";
import { Line } from "../../src/store/redis/line.ts";
import { RedisStore } from "../../src/store/redis/store.ts";
import { parseRedisUrl } from "../../src/store/redis/url.ts";
import { Kit } from "../../src/testing/contract/kit.ts";
import { ownName, redisUrl } from "../servers.ts";
import { command, deletePrefix, prefixUrl } from "./redis_kit.ts";

/** A store of its own, which is deleted after the test. */
export interface Opened {
  readonly kit: Kit;
  readonly line: Line;
  readonly prefix: string;
  /** Sends a command about one of the store's keys. */
  readonly send: (name: string, key: string, ...args: readonly (string | number)[]) => Promise<unknown>;
  readonly keys: () => Promise<readonly string[]>;
}

async function openLine(prefix: string): Promise<Line> {
  const line = new Line(parseRedisUrl(prefixUrl(prefix)), undefined);
  line.store = await openIdentity(line, true);
  return line;
}

export function test(name: string, body: (opened: Opened) => Promise<void>): void {
  Deno.test({
    name: `redis: ${name}`,
    ignore: redisUrl === null,
    fn: async () => {
      const prefix = ownName();
      const line = await openLine(prefix);
      const store = new RedisStore(line);
      try {
        await body({
          kit: new Kit(store, () => Promise.reject(new Error("one store is enough"))),
          line,
          prefix,
          send: (name, key, ...args) => command(name, [`{${prefix}}:${key}`, ...args]),
          keys: async () => await command("KEYS", [`{${prefix}}:*`]) as string[],
        });
      } finally {
        await store.close();
        await deletePrefix(prefix);
      }
    },
  });
}
