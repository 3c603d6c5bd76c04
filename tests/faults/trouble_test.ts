/** Servers that are there and do not work well: slow, standing still, out of memory, out of disk. */

import { assert, assertEquals } from "@std/assert";
import { withDatabase } from "../crash/harness.ts";
import { tell } from "../crash/sizes.ts";
import { CAN_MOUNT, onSmallDisk } from "../crash/storage_mount.ts";
import { Load } from "./load.ts";
import { Proxy } from "./proxy.ts";
import { KINDS, privatePostgres, privateRedis } from "./servers.ts";

/** In each direction, for each thing that is said. */
const SLOW_MS = 20;
/** Calls may take so long: by then a slow server has answered, on a busy machine, too. */
const PATIENCE_S = 60;

for (const { name, start, locate } of KINDS) {
  Deno.test({
    name: `${name} is slow: everything goes on`,
    ignore: start === null,
    fn: async () => {
      await withDatabase(async ({ ledger }) => {
        await using server = await start!();
        await using proxy = new Proxy(server.port);
        await using load = await Load.begin({ db: proxy.through(locate(server.url, PATIENCE_S)), ledger });
        proxy.delay(SLOW_MS);
        await load.progress(10);
        const accounts = await load.end();
        assertEquals([accounts.refusedSubmits, accounts.outages], [0, 0]);
        tell(`slow ${name}`, accounts);
      });
    },
  });

  Deno.test({
    name:
      `${name} stands still for longer than a call may take: jobs that run go on, and so does everything afterwards`,
    ignore: start === null,
    fn: async () => {
      await withDatabase(async ({ ledger }) => {
        await using server = await start!();
        // Who stands at a commit asks for half a minute what became of it: leases are to outlast that.
        const settings = { leaseMs: 600_000, heartbeatMs: 10_000 };
        await using load = await Load.begin({ db: locate(server.url), ledger, ...settings });
        const gate = `${ledger}.gate`;
        const long = await load.addLong(gate);
        server.pause();
        await Promise.all([load.refusal(), load.outage(1)]);
        // It ends while nobody can be told.
        await Deno.writeTextFile(gate, "");
        server.resume();
        await load.progress(10);
        const accounts = await load.end();
        assertEquals(await load.attemptsOf(long), ["completed"]);
        tell(`paused ${name}`, accounts);
      });
    },
  });
}

Deno.test({
  name:
    "redis is out of memory: submits are refused, jobs that run go on, and all goes on when there is room",
  ignore: privateRedis === null,
  fn: async () => {
    await withDatabase(async ({ ledger }) => {
      await using server = await privateRedis!();
      await using load = await Load.begin({ db: KINDS[1]!.locate(server.url), ledger });
      const gate = `${ledger}.gate`;
      const long = await load.addLong(gate);
      await server.call("CONFIG", "SET", "maxmemory", "1mb");
      await load.refusal();
      await Deno.writeTextFile(gate, "");
      await load.refusal();
      await server.call("CONFIG", "SET", "maxmemory", "0");
      await load.progress(10);
      const accounts = await load.end();
      assertEquals(await load.attemptsOf(long), ["completed"]);
      tell("out of memory redis", accounts);
    });
  },
});

Deno.test({
  name: "postgres has no room for its tables: submits are refused, and all goes on when there is some",
  ignore: privatePostgres === null || !CAN_MOUNT,
  fn: async () => {
    await onSmallDisk(24 << 20, async (disk) => {
      await withDatabase(async ({ ledger }) => {
        await using server = await privatePostgres!();
        await server.own(disk.folder);
        await server.sql(`CREATE TABLESPACE small LOCATION '${disk.folder}'`);
        await server.sql("ALTER ROLE postgres SET default_tablespace = small");
        await using load = await Load.begin({ db: KINDS[0]!.locate(server.url), ledger });
        const gate = `${ledger}.gate`;
        const long = await load.addLong(gate);
        disk.fill();
        await load.refusal();
        await Deno.writeTextFile(gate, "");
        await load.refusal();
        disk.free();
        await load.progress(10);
        const accounts = await load.end();
        assertEquals(await load.attemptsOf(long), ["completed"]);
        tell("no room postgres", accounts);
      });
    });
  },
});

Deno.test({
  name: "postgres has no room for anything and ends: workers wait until it is started with room again",
  ignore: privatePostgres === null || !CAN_MOUNT,
  fn: async () => {
    await onSmallDisk(160 << 20, async (disk) => {
      await withDatabase(async ({ ledger }) => {
        await using server = await privatePostgres!({
          folder: disk.folder,
          settings: { min_wal_size: "32MB", max_wal_size: "32MB", wal_recycle: "off" },
        });
        await using load = await Load.begin({ db: KINDS[0]!.locate(server.url), ledger });
        disk.fill();
        await load.refusal();
        disk.free();
        await server.restart();
        await load.progress(10);
        const accounts = await load.end();
        assert(accounts.jobs > 0);
        tell("full disk postgres", accounts);
      });
    });
  },
});
