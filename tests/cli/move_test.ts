import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { openStore } from "../../src/store/open.ts";
import { added } from "../../src/testing/contract/schedules_kit.ts";
import { finish, Gate, Listener, Place } from "./harness.ts";

/** A queue with a job that completed, one that waits, and a schedule. */
async function withJobs(test: (place: Place) => Promise<void>): Promise<void> {
  await using place = await Place.make();
  await place.ok(["submit", "--", "echo", "hello"]);
  await place.ok(["worker", "--drain"]);
  await place.ok(["submit", "--delay", "1h", "--", "true"]);
  const { store } = await openStore(place.db, { driver: "builtin" });
  await added(store, "nightly");
  await store.close();
  await test(place);
}

/** Resolves when the queue starts no more jobs. */
async function sealed({ db }: Place): Promise<void> {
  const { store } = await openStore(db, { driver: "builtin" });
  const seen = new AbortController();
  for await (const _ of store.watch(seen.signal)) {
    if ((await store.transfer!.identity()).state.type === "sealed") seen.abort();
  }
  await store.close();
}

Deno.test("move: says what was moved, and what to do next", () =>
  withJobs(async (place) => {
    const to = place.path("new.db");
    const { code, out, err } = await place.gigq(["move", "--to", to]);
    assertEquals(code, 0);
    const [first, jobs, ...rest] = out.trimEnd().split("\n");
    assertEquals(first, `Moved ${place.db} to ${to}`);
    assertEquals(jobs, "jobs      2 (1 scheduled, 1 completed)");
    const figures = ["attempts  1", "output    6 B", "runs      0", "causes    0", "schedules 1"];
    assertEquals(rest.slice(0, figures.length), figures);
    assert(/^checksum {2}sha256:[0-9a-f]{64}$/.test(rest.at(-1)!), rest.at(-1));
    assertEquals(err, `Set GIGQ_DB (or db in gigq.toml) to ${to}, and start workers there\n`);
    assertEquals((await place.ok(["logs", "1", "--db", to])).out, "hello\n");
    assertEquals((await place.ok(["submit", "--db", to, "--", "true"])).out, "3\n");
  }));

Deno.test("move: with --json one object, the second time too", () =>
  withJobs(async (place) => {
    const to = place.path("new.db");
    const [first] = await place.json(["move", "--from", place.db, "--to", to]);
    const { checksum, ...shape } = first;
    assert(/^sha256:[0-9a-f]{64}$/.test(checksum));
    assertEquals(shape, {
      ...{ from: place.db, to, copy: false, already: false },
      ...{ jobs: 2, statuses: { completed: 1, scheduled: 1 }, queues: { default: 2 } },
      ...{ attempts: 1, logBytes: 6, runs: 0, causes: 0, schedules: 1 },
    });
    const [again] = await place.json(["move", "--to", to]);
    assertEquals(again, { from: place.db, to, copy: false, already: true });
  }));

Deno.test("move: every command on a queue that has moved exits with 78 and names the new place", () =>
  withJobs(async (place) => {
    const to = place.path("new.db");
    await place.ok(["move", "--to", to]);
    for (
      const argv of [
        ["submit", "--", "true"],
        ["worker"],
        ["worker", "--drain"],
        ["list"],
        ["stats"],
        ["status", "1"],
        ["logs", "1", "--follow"],
        ["wait", "2"],
        ["cancel", "2"],
        ["requeue", "1"],
        ["clear", "1"],
        ["queue", "pause", "default"],
        ["backup", place.path("backup.db")],
        ["move", "--to", place.path("third.db")],
        ["move", "--copy", "--to", place.path("third.db")],
        ["move", "--abort"],
      ]
    ) {
      const { code, out, err } = await place.gigq(argv);
      assertEquals([code, out], [78, ""], argv.join(" "));
      assertStringIncludes(
        err,
        `The queue ${place.db} has moved to ${to}; name its new place with --db or GIGQ_DB`,
      );
    }
    for (const name of ["third.db", "backup.db"]) {
      await Deno.stat(place.path(name)).then(() => assert(false, `${name} was made`), () => {});
    }
  }));

Deno.test("move: what makes no sense is said in one line", () =>
  withJobs(async (place) => {
    const used = place.path("used.db");
    await place.ok(["submit", "--db", used, "--", "true"]);
    const cases: [string[], number, string][] = [
      [["move"], 2, "There is no place to move the queue to; name it with --to"],
      [["move", "--to", ""], 2, "--to must name a file or a URL, not nothing"],
      [["move", "--to", ":memory:"], 2, "--to must name a file or a URL, not :memory:"],
      [["move", "--to", place.db], 2, "are the same queue"],
      [["move", "--to", used], 78, `${used} is not empty: 1 job was stored there`],
      [["move", "--to", place.path("no/such.db")], 69, "There is no folder"],
      [["move", "--from", place.path("none.db"), "--to", used], 69, "There is no database at"],
      [["move", "--to", used, "--batch", "0"], 2, "--batch"],
      [["move", "--abort"], 78, "The queue is not being moved"],
      [["move", "--abort", "--to", used], 2, "--to has no meaning with --abort"],
      [["move", "--abort", "--copy"], 2, "A copy needs no --abort"],
    ];
    for (const [argv, code, message] of cases) {
      const ran = await place.gigq(argv);
      assertEquals([ran.code, ran.out], [code, ""], argv.join(" "));
      assertStringIncludes(ran.err, message);
      assertEquals(ran.err.trimEnd().split("\n").length, 1);
    }
    await place.ok(["submit", "--", "true"]);
  }));

Deno.test("move: a half-done move refuses submits with 75, and is given up", () =>
  withJobs(async (place) => {
    const { store } = await openStore(place.db, { driver: "builtin" });
    await store.transfer!.become({ type: "open" }, { type: "sealed", to: "/srv/new.db" });
    await store.close();
    const busy = await place.gigq(["submit", "--", "true"]);
    assertEquals(busy.code, 75);
    assertStringIncludes(busy.err, `${place.db} is being moved to /srv/new.db; try again there`);
    await place.ok(["list"]);
    const elsewhere = await place.gigq(["move", "--to", place.path("other.db")]);
    assertEquals(elsewhere.code, 75);
    assertStringIncludes(elsewhere.err, "give it up: gigq move --abort");
    const { err } = await place.ok(["move", "--abort"]);
    assertStringIncludes(err, `${place.db} is open again`);
    await place.ok(["submit", "--", "true"]);
  }));

Deno.test({
  name: "move: a worker ends the job it runs, then itself with 78, and whoever follows hears of it",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using place = await Place.make();
    const gate = await Gate.make(place.path("gate"));
    await place.ok(["submit", "--", "cat", gate.path]);
    await place.ok(["submit", "--delay", "1h", "--", "true"]);
    const [worker, waiter] = [place.spawn(["worker"]), place.spawn(["wait", "2"])];
    const open = await gate.reached(worker);
    const refused = await place.gigq(["move", "--to", place.path("new.db")]);
    assertEquals(refused.code, 75);
    assertStringIncludes(refused.err, `1 job of ${place.db} still runs: 1 on `);
    const mover = place.spawn(["move", "--to", place.path("new.db"), "--wait", "1m", "--json"]);
    // Once it is sealed, the job may end.
    await sealed(place);
    open.close();
    const moved = await finish(mover);
    assertEquals(moved.code, 0, moved.err);
    assertEquals(JSON.parse(moved.out).statuses.completed, 1);
    const ended = await finish(worker);
    assertEquals(ended.code, 78);
    assertStringIncludes(ended.err, "1 cat");
    assertStringIncludes(ended.err, `has moved to ${place.path("new.db")}`);
    assertEquals((await finish(waiter)).code, 78);
  },
});

Deno.test({
  name: "move: a signal while it waits leaves the queue as it was",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using place = await Place.make();
    const gate = await Gate.make(place.path("gate"));
    await place.ok(["submit", "--", "cat", gate.path]);
    const worker = place.spawn(["worker", "--drain"]);
    const open = await gate.reached(worker);
    const mover = place.spawn(["move", "--to", place.path("new.db"), "--wait", "1h"]);
    const listener = new Listener(mover.stderr);
    await sealed(place);
    mover.kill("SIGTERM");
    assertEquals((await mover.status).code, 143);
    assertStringIncludes(await listener.end(), "gigq move --abort");
    await Promise.all([mover.stdin.close(), mover.stdout.cancel()]);
    await place.ok(["submit", "--", "true"]);
    open.close();
    assertEquals((await finish(worker)).code, 0);
  },
});
