/** Where scripts can keep a queue, for tests of the library on each. */

import { postgresUrl, redisUrl } from "../servers.ts";
import { dropSchema, schemaUrl } from "../store/postgres_kit.ts";
import { deletePrefix, prefixUrl } from "../store/redis_kit.ts";

/** `url` and `drop` take a name that no other test uses (`ownName`). */
export const STORES = [
  { name: "memory", available: true, url: () => ":memory:", drop: async () => {} },
  {
    name: "file",
    available: true,
    url: (own: string) => `${Deno.env.get("TMPDIR") ?? "/tmp"}/${own}.db`,
    drop: async (own: string) => {
      for (const end of ["", "-wal", "-shm"]) {
        await Deno.remove(`${Deno.env.get("TMPDIR") ?? "/tmp"}/${own}.db${end}`).catch(() => {});
      }
    },
  },
  { name: "postgres", available: postgresUrl !== null, url: schemaUrl, drop: dropSchema },
  { name: "redis", available: redisUrl !== null, url: prefixUrl, drop: deletePrefix },
];
