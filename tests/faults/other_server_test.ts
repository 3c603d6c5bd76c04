/** A name that leads to another server, as after a failover to a replica that has nothing. */

import { assert, assertEquals, assertMatch } from "@std/assert";
import { GigqError } from "../../src/core/errors.ts";
import { audit } from "../crash/audit.ts";
import { submit } from "../crash/feed.ts";
import { drain, withDatabase, withStore } from "../crash/harness.ts";
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
        await withStore(db, async (store) => {
          // Functions are left to the worker of the test.
          await submit(store, ledger, [task("note"), task("note"), command(ledger)]);
          await using worker = new CliWorker(db);
          const atWork = async (): Promise<boolean> => await store.count({ statuses: ["completed"] }) === 1;
          await until(atWork, "the worker is at work");
          proxy.retarget(empty.port);
          assertRefused(await store.enqueue({ jobs: [task("note")] }, Date.now()).catch((error) => error));
          const { code, said } = await worker.ended();
          assert([69, 78].includes(code), `the worker ended with ${code}`);
          // The error is the last line; the first, too, when the answer to the finish was lost with the server.
          assertMatch(said, /(?:^|\n)gigq: .*\n$/);
          assertEquals(await written(empty), 0);
          proxy.retarget(full.port);
          await submit(store, ledger, [task("note")]);
        });
        await drain({ db, ledger });
        assertEquals((await audit(db, ledger)).jobs, 4);
      });
    },
  });
}

function assertRefused(error: unknown): void {
  assert(error instanceof GigqError && [69, 78].includes(error.exitCode), String(error));
  assert(error.hint !== undefined);
}

/** `gigq worker` as a process. */
class CliWorker implements AsyncDisposable {
  readonly #child: Deno.ChildProcess;
  readonly #said: Promise<string>;
  #code: number | null = null;

  constructor(db: string) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: gigqArgs("worker", "--db", db),
      ...{ stdin: "null", stdout: "null", stderr: "piped" },
    }).spawn();
    this.#said = new Response(this.#child.stderr).text();
    void this.#child.status.then(({ code }) => this.#code = code);
  }

  async ended(): Promise<{ readonly code: number; readonly said: string }> {
    await until(() => Promise.resolve(this.#code !== null), "the worker ends");
    return { code: this.#code!, said: await this.#said };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#code === null) this.#child.kill("SIGKILL");
    await this.#child.status;
    await this.#said;
  }
}
