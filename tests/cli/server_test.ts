/** Addresses of servers where a file can stand. */

import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { ownName, postgresUrl } from "../servers.ts";
import { dropSchema, schemaUrl } from "../store/postgres_kit.ts";
import { gigq } from "./fixture.ts";

/** Nothing listens there. */
const NOBODY = "postgres://ann:hunter2-secret@127.0.0.1:1/jobs?schema=x";

Deno.test("an address of no known kind is refused, with those that are", async () => {
  const { code, err } = await gigq(["list", "--db", "mysql://ann:hunter2-secret@db/jobs"]);
  assertEquals(code, 2);
  assertStringIncludes(err, "mysql:// is not supported: a queue is a file, or on postgres:// or redis://");
  assert(!err.includes("hunter2"), err);
});

Deno.test("an address without its two slashes is no file, on the command line and in gigq.toml", async () => {
  const folder = await Deno.makeTempDir({ prefix: "gigq-server-" });
  try {
    await Deno.writeTextFile(`${folder}/gigq.toml`, 'db = "postgres:/ann:hunter2-secret@db/jobs"\n');
    for (const rest of [[], ["--db", "redis:ann:hunter2-secret@db"]]) {
      const { code, err } = await gigq(["submit", ...rest, "--", "true"], { cwd: folder });
      assertEquals(code, 2, err);
      assertStringIncludes(err, "The address of a server begins with");
      assert(!err.includes("hunter2"), err);
    }
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["gigq.toml"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a server that is not there: exit code 69, and its password is not told", async () => {
  for (
    const argv of [["submit", "--", "true"], ["list"], ["worker", "--drain"], ["doctor"], ["stats", "--json"]]
  ) {
    const [name = "", ...rest] = argv;
    const { code, out, err } = await gigq([name, "--db", NOBODY, ...rest], { env: { GIGQ_DEBUG: "1" } });
    assertEquals(code, name === "doctor" ? 1 : 69, argv.join(" "));
    assertStringIncludes(out + err, "127.0.0.1:1");
    assert(!`${out}${err}`.includes("hunter2"), err);
  }
});

Deno.test("the address of a server in gigq.toml is no path", async () => {
  const folder = await Deno.makeTempDir({ prefix: "gigq-server-" });
  try {
    await Deno.writeTextFile(`${folder}/gigq.toml`, `db = "${NOBODY}"\n`);
    const { code, err } = await gigq(["list"], { cwd: folder });
    assertEquals(code, 69);
    assertStringIncludes(err, "127.0.0.1:1");
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a file of schedules is looked at although the server is away, and not compared with it", async () => {
  const folder = await Deno.makeTempDir({ prefix: "gigq-server-" });
  try {
    const path = `${folder}/schedules.yaml`;
    await Deno.writeTextFile(path, "schedules:\n  a: { cron: '0 9 * * *', tz: UTC, run: ['true'] }\n");
    const range = ["--from", "2040-01-01", "--until", "2040-01-01"];
    const seen = await gigq(["simulate", "schedules", "--file", path, ...range, "--db", NOBODY]);
    assertEquals([seen.code, seen.out], [0, "Sun 2040-01-01 09:00 +00:00  a\n"]);
    assertStringIncludes(seen.err, "nothing is known of earlier runs\n");
    const dry = await gigq(["schedule", "apply", path, "--dry-run", "--db", NOBODY]);
    assertEquals([dry.code, dry.out], [69, ""]);
    assert(!`${seen.err}${dry.err}`.includes("hunter2"));
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test({
  name: "schedules of a server: what is typed counts from its clock",
  ignore: postgresUrl === null,
  async fn(): Promise<void> {
    const schema = ownName();
    const env = { GIGQ_DB: schemaUrl(schema) };
    try {
      // The terminal's clock stands long ago.
      const added = await gigq(
        ["schedule", "add", "a", "--every", "1h", "--from", "10m", "--json", "--", "true"],
        { env, now: () => 0 },
      );
      assertEquals(added.code, 0, added.err);
      const { when, nextAt } = JSON.parse(added.out);
      assertEquals(nextAt, when.from);
      assert(Date.parse(when.from) > Date.UTC(2020, 0, 1), when.from);
      assertEquals((await gigq(["schedule", "run", "a"], { env })).out, "1\n");
      const { out } = await gigq(["schedule", "history", "a", "--json"], { env });
      assertEquals([JSON.parse(out).status, JSON.parse(out).job], ["started", 1]);
    } finally {
      await dropSchema(schema);
    }
  },
});

Deno.test({
  name: "a command finds the whole address, saves a checkpoint, and what it says of the password is masked",
  ignore: postgresUrl === null || Deno.build.os === "windows",
  async fn(): Promise<void> {
    const schema = ownName();
    const url = new URL(schemaUrl(schema));
    // Where the server trusts this machine, any will do.
    if (url.password === "") url.password = "hunter2-secret";
    const db = url.href;
    const script =
      'cat "$GIGQ_CHECKPOINT" 2>/dev/null; echo one > "$GIGQ_CHECKPOINT"; echo "$GIGQ_DB"; test $GIGQ_ATTEMPT = 2';
    try {
      const submitted = await gigq([
        "submit",
        "--db",
        db,
        "--retry",
        "1",
        "--backoff",
        "fixed:1ms",
        "--shell",
        script,
      ]);
      assertEquals(submitted, { code: 0, out: "1\n", err: "" });
      const { code } = await gigq(["worker", "--drain", "-j", "1", "--db", db]);
      assertEquals(code, 0);
      const { out } = await gigq(["logs", "1", "--db", db]);
      assertEquals(out, `one\n${db.replace(url.password, "***")}\n`);
      const all = await gigq(["status", "1", "--json", "--db", db]);
      assertEquals(JSON.parse(all.out).status, "completed");
      assert(!all.out.includes(url.password), all.out);
    } finally {
      await dropSchema(schema);
    }
  },
});
