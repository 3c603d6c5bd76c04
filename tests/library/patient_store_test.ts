/** Questions that are asked again while a server is away. */

import { assertEquals, assertRejects } from "@std/assert";
import { NotFoundError, UnavailableError } from "../../src/core/errors.ts";
import type { Store } from "../../src/core/ports.ts";
import { patientStore } from "../../src/library/patient_store.ts";
import { MemoryStore } from "../../src/store/memory/store.ts";
import { job, spy } from "../engine/rig.ts";

const AWAY = (): UnavailableError => new UnavailableError("away", { down: true });

/** A store on a server whose next calls of a verb fail. */
function away(
  verb: keyof Store,
  times: number,
  remote = true,
): { readonly store: Store; readonly made: () => number } {
  const { store, calls, errors } = spy(new MemoryStore());
  errors[verb] = Array.from({ length: times }, AWAY);
  const capabilities = { ...store.capabilities, remote };
  return {
    store: new Proxy(store, {
      get: (target, key) => key === "capabilities" ? capabilities : Reflect.get(target, key),
    }),
    made: () => calls.filter((call) => call.verb === verb).length,
  };
}

Deno.test("what is asked again is answered when the server is back", async () => {
  const { store, made } = away("list", 2);
  assertEquals([await patientStore(store, 60_000).list({}), made()], [[], 3]);
});

Deno.test("it is given up after the time that was said, and at once for a file", async () => {
  for (const [remote, giveUpMs] of [[true, 0], [false, 60_000]] as const) {
    const { store, made } = away("list", 5, remote);
    await assertRejects(() => patientStore(store, giveUpMs).list({}), UnavailableError);
    assertEquals(made(), 1);
  }
});

Deno.test("other errors are not waited for", async () => {
  const { store } = away("list", 0);
  const patient = patientStore(store, 60_000);
  const orphan = job({}, { after: [{ id: 9, on: "success" }], unique: { key: "k", scope: "always" } });
  await assertRejects(() => patient.enqueue({ jobs: [orphan] }, 0), NotFoundError);
});

Deno.test("jobs are stored again only where their keys keep them from being there twice", async () => {
  for (const [scope, times] of [["always", 2], ["unfinished", 1]] as const) {
    const { store, made } = away("enqueue", 1);
    const stored = patientStore(store, 60_000).enqueue(
      { jobs: [job({}, { unique: { key: "k", scope } })] },
      0,
    );
    if (scope === "always") assertEquals((await stored).jobs, [{ id: 1, created: true }]);
    else await assertRejects(() => stored, UnavailableError);
    assertEquals(made(), times);
  }
});

Deno.test("what may not happen twice is not asked for twice", async () => {
  const { store, made } = away("claim", 1);
  const worker = { id: "w", host: "h", boot: null, pid: 1, pidStart: null };
  const claim = (): Promise<unknown> =>
    patientStore(store, 60_000).claim({ worker, limit: 1, leaseMs: 1, routes: ["test"] }, 0);
  await assertRejects(claim, UnavailableError);
  assertEquals(made(), 1);
});
