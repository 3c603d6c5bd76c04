/** A name that leads to another server, as after a failover to a replica that has nothing. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { GigqError } from "../../src/core/errors.ts";
import { openStore } from "../../src/store/open.ts";
import { audit } from "../crash/audit.ts";
import { submit } from "../crash/feed.ts";
import { drain, withDatabase } from "../crash/harness.ts";
import { command, task } from "../crash/jobs.ts";
import { gigqArgs } from "../crash/storage_kit.ts";
import { Proxy } from "./proxy.ts";
import { KINDS, until } from "./servers.ts";
import { written } from "./written.ts";

for (const { name, start, locate } of KINDS) {
  Deno.test({
    name:
      `${name}: who is led to an empty server ends with an error and writes nothing there; back again, all is there`,
    ignore: start === null,
    fn: async () => {
      await withDatabase(async ({ ledger }) => {
        await using full = await start!();
        await using empty = await start!();
        await using proxy = new Proxy(full.port);
        const db = proxy.through(locate(full.url));
        const { store } = await openStore(db);
        try {
          await submit(store, ledger, [task("note"), task("note"), command(ledger)]);
          const worker = new Deno.Command(Deno.execPath(), {
            // Functions are left to the worker of the test.
            args: gigqArgs("worker", "--db", db),
            ...{ stdin: "null", stdout: "piped", stderr: "piped" },
          }).spawn();
          const said = new Response(worker.stderr).text();
          await worker.stdout.cancel();
          await until(
            async () => await store.count({ statuses: ["completed"] }) === 1,
            "the worker is at work",
          );
          proxy.retarget(empty.port);
          const error = await store.enqueue({ jobs: [task("note")] }, Date.now()).then(
            () => null,
            (error) => error,
          );
          assert(error instanceof GigqError && [69, 78].includes(error.exitCode), String(error));
          assert(error.hint !== undefined);
          let code: number | null = null;
          void worker.status.then((status) => code = status.code);
          await until(() => Promise.resolve(code !== null), "the worker ends");
          assert([69, 78].includes(code!), `the worker ended with ${code}`);
          assertMatch(await said, /\ngigq: .*\n$/);
          assertEquals(await written(empty), 0);
          proxy.retarget(full.port);
          await submit(store, ledger, [task("note")]);
        } finally {
          await store.close();
        }
        await drain({ db, ledger });
        assertEquals((await audit(db, ledger)).jobs, 4);
      });
    },
  });
}
