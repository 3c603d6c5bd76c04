/** `gigq doctor`: each check finds what it is for, and a healthy queue gives it nothing to say. */

import { assert, assertEquals, assertMatch, assertStringIncludes } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import { SCHEMA_VERSION } from "../../src/store/sqlite/version.ts";
import { checkLibrary, driverVersions, hasWalResetBug } from "../../src/store/sqlite/doctor/library.ts";
import { gigqProcess } from "../crash/storage_kit.ts";
import { addSchedule, findings, someQueue, tamper } from "./doctor_kit.ts";
import { gigq, NOW, QueueFixture } from "./fixture.ts";
import { command } from "../../src/library/jobs.ts";

const MINUTE = 60_000;
/** What is said of the library of SQLite, which is not the queue's: the native one may be old. */
const LIBRARY = checkLibrary(await driverVersions()).verdict;
/** The exit code for a queue that is well. */
const WELL = LIBRARY === "ok" ? 0 : 1;
const CHECKS = [
  "sqlite",
  "file",
  "permissions",
  // Only Linux tells where a file system lives.
  ...Deno.build.os === "linux" ? ["network"] : [],
  "disk",
  "integrity",
  "schema",
  "content",
  "leases",
  "waiting",
  "clock",
  "log",
];

Deno.test("doctor: a healthy queue passes every check, and is left as it is", async () => {
  await using fixture = await someQueue();
  const { code, found } = await findings(fixture.db);
  assertEquals([code, found.map(({ check, verdict }) => `${check} ${verdict}`)], [
    WELL,
    CHECKS.map((check) => `${check} ${check === "sqlite" ? LIBRARY : "ok"}`),
  ]);
  assert(found.every(({ check, hint, fixed }) => (hint === null || check === "sqlite") && !fixed));
});

Deno.test("doctor: prints a line a check, with what to do", async () => {
  await using fixture = await someQueue();
  await fixture.queue.pause("images");
  const { code, out } = await fixture.gigq(["doctor"]);
  assertEquals(code, 1);
  const lines = out.trim().split("\n");
  assertEquals(lines.length, CHECKS.length);
  assertMatch(
    lines[0]!,
    /^(ok {7}|warning {2})sqlite {8}Commands (and workers )?use SQLite 3\.\d+\.\d+ \(driver (builtin|ffi)\)/,
  );
  assert(
    lines.includes(
      "warning  waiting       1 ready job in queue images, which is paused; to do: gigq queue resume images",
    ),
    out,
  );
});

Deno.test({
  name: "doctor --fix: takes no rights on a file that is no database of GigQ",
  ignore: Deno.build.os === "windows",
  async fn(): Promise<void> {
    await using fixture = await QueueFixture.open();
    const file = `${fixture.folder}/notes.txt`;
    await Deno.writeTextFile(file, "mine\n");
    await Deno.chmod(file, 0o644);
    const { code, of } = await findings(file, ["--fix"]);
    assertEquals([code, of("permissions"), (await Deno.stat(file)).mode! & 0o777], [1, [], 0o644]);
  },
});

Deno.test("doctor: fits the terminal", async () => {
  await using fixture = await someQueue();
  await fixture.queue.pause("images");
  const { out } = await fixture.gigq(["doctor"], { columns: 80, env: { NO_COLOR: "1" } });
  const hint = "to do: gigq queue resume images";
  assertStringIncludes(out.replaceAll(/\n {23}/g, " "), `which is paused; ${hint}`);
  assertEquals(out.split("\n").filter((line) => line.length > 80 && !line.includes(fixture.folder)), []);
});

Deno.test("doctor: versions of SQLite with the WAL-reset bug are warned of, with the way out", () => {
  for (const version of ["3.51.2", "3.50.6", "3.44.5", "3.46.0", "3.7.0"]) {
    assert(hasWalResetBug(version), version);
  }
  for (const version of ["3.51.3", "3.50.7", "3.44.6", "3.53.2", "4.0.0"]) {
    assert(!hasWalResetBug(version), version);
  }
  const [old, fixed] = ["3.46.0", "3.53.2"];
  const { verdict, message, hint } = checkLibrary({
    commands: { name: "builtin", version: fixed },
    workers: { name: "ffi", version: old },
  });
  assertEquals(verdict, "warning");
  assertMatch(
    message,
    /^Commands use SQLite 3\.53\.2 \(driver builtin\), workers SQLite 3\.46\.0 \(driver ffi\)/,
  );
  assertMatch(hint!, /^Set GIGQ_SQLITE_DRIVER=builtin/);
  const both = checkLibrary({
    commands: { name: "builtin", version: old },
    workers: { name: "builtin", version: old },
  });
  assertMatch(both.hint!, /^Upgrade Deno/);
});

Deno.test("doctor: a missing queue is a problem and is not made; one whose log was left alone is told apart", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const db = `${folder}/gigq.db`;
    const missing = await findings(db);
    assertEquals([missing.code, missing.of("file")[0]!.message], [1, `There is no database at ${db}`]);
    await Deno.writeTextFile(`${db}-wal`, "x");
    const orphaned = await findings(db);
    assertMatch(orphaned.of("file")[0]!.message, /but its log is there: \S+-wal$/);
    assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name), ["gigq.db-wal"]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test({
  name: "doctor: rights of others are a problem, and --fix takes them away",
  ignore: Deno.build.os === "windows",
  async fn(): Promise<void> {
    await using fixture = await someQueue();
    await Deno.chmod(fixture.db, 0o644);
    const { code, of } = await findings(fixture.db);
    assertEquals([code, of("permissions")[0]!.hint], [1, `chmod 600 ${fixture.db}`]);
    const mended = await findings(fixture.db, ["--fix"]);
    assertEquals([mended.code, mended.of("permissions")[0]!.fixed], [WELL, true]);
    assertEquals((await Deno.stat(fixture.db)).mode! & 0o777, 0o600);
  },
});

Deno.test("doctor: a database that cannot be used is a problem, in the words of the other commands", async () => {
  const folder = await Deno.makeTempDir();
  try {
    const text = `${folder}/text`;
    await Deno.writeTextFile(text, "id,name\n".repeat(100), { mode: 0o600 });
    const { code, of } = await findings(text);
    assertEquals([code, of("open")[0]!.message], [1, `${text} is not a database`]);
    const newer = `${folder}/newer.db`;
    await Deno.writeFile(newer, new Uint8Array(), { mode: 0o600 });
    tamper(newer, "PRAGMA application_id = 0x47696751; PRAGMA user_version = 999; CREATE TABLE t (a)");
    assertMatch((await findings(newer)).of("open")[0]!.message, /schema version 999/);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("doctor: a damaged index is found by the full check, and nothing is asked of the file after that", async () => {
  await using fixture = await someQueue();
  const { queue, db } = fixture;
  await queue.submit(command(["true"]), { name: "needle" });
  await queue.close();
  const reader = new DatabaseSync(db, { readOnly: true });
  const { root, size } = reader.prepare(
    "SELECT rootpage AS root, page_size AS size FROM sqlite_schema, pragma_page_size WHERE name = 'jobs_name'",
  ).get() as { root: number; size: number };
  reader.close();
  for (const end of ["-wal", "-shm"]) await Deno.remove(`${db}${end}`);
  // The name of the job in the index is another one than in the table.
  const bytes = await Deno.readFile(db);
  const page = bytes.subarray((root - 1) * size, root * size);
  page[new TextDecoder("latin1").decode(page).indexOf("needle")] = "N".charCodeAt(0);
  await Deno.writeFile(db, bytes);
  const { code, of } = await findings(db);
  assertEquals(code, 1);
  assertMatch(of("integrity")[0]!.message, /^The file is damaged: row \d+ missing from index jobs_name/);
  assertEquals(of("content"), []);
  // The quick check does not compare indexes with tables.
  assertEquals((await findings(db, ["--quick"])).code, WELL);
});

Deno.test("doctor: a schema that another program altered is not what its version says", async () => {
  await using fixture = await someQueue();
  tamper(fixture.db, "DROP INDEX state_ready");
  const { code, of } = await findings(fixture.db);
  assertEquals([code, of("schema")[0]!.message], [
    1,
    `Version ${SCHEMA_VERSION}, but missing or changed: state_ready`,
  ]);
});

Deno.test("doctor: a job whose worker is long gone is a problem, and --fix hands it back by the store's own verb", async () => {
  await using fixture = await QueueFixture.open();
  await fixture.before(60 * MINUTE, async () => {
    await fixture.queue.submit(command(["true"]), { maxAttempts: 3 });
    await fixture.start();
  });
  const { code, of } = await findings(fixture.db);
  assertEquals(code, 1);
  assertMatch(of("leases")[0]!.message, /^1 running job lost the worker, the first 59 minutes ago/);
  assertEquals((await fixture.queue.get(1)).status, "running");
  const mended = await findings(fixture.db, ["--fix"]);
  assertEquals([mended.code, mended.of("leases")], [WELL, [{
    check: "leases",
    verdict: "ok",
    message: "Taken from workers that are gone, and tried again or ended: 1",
    hint: null,
    fixed: true,
  }]]);
  const job = await fixture.queue.get(1);
  assertEquals([job.status, job.failures], ["scheduled", 1]);
  assertEquals((await fixture.queue.attempts(1)).map(({ outcome }) => outcome), ["lost"]);
});

Deno.test("doctor: ready jobs that no worker takes are told, with the command that would", async () => {
  await using fixture = await QueueFixture.open();
  await fixture.before(60 * MINUTE, () => fixture.queue.submit(command(["true"]), { queue: "images" }));
  const { code, of } = await findings(fixture.db);
  assertEquals([code, of("waiting").map(({ verdict, hint }) => `${verdict} ${hint}`)], [1, [
    "warning gigq worker --queue images",
  ]]);
  assertMatch(of("waiting")[0]!.message, /^1 job of command in queue images ready since 1 hour ago/);
  // Where a worker is busy, waiting is no wonder.
  await fixture.queue.submit(command(["true"]), { queue: "images", priority: 9 });
  await fixture.start();
  assertEquals((await findings(fixture.db)).of("waiting")[0]!.verdict, "ok");
});

Deno.test("doctor: schedules that nobody fires are told, once there are any", async () => {
  await using fixture = await QueueFixture.open();
  const told = async (): Promise<string[]> =>
    (await findings(fixture.db)).of("schedules").map(({ verdict, message }) => `${verdict} ${message}`);
  assertEquals(await told(), []);
  await addSchedule(fixture, "soon", NOW - 5 * MINUTE);
  assertEquals(await told(), ["ok No schedule is overdue; there is 1"]);
  await addSchedule(fixture, "backup", NOW - 5 * MINUTE - 1);
  assertEquals(await told(), ['warning Schedule "backup" was due 5 minutes ago, and nobody fired it']);
  await addSchedule(fixture, "cleanup", NOW - 120 * MINUTE);
  const { code, of } = await findings(fixture.db);
  assertEquals([code, of("schedules")], [1, [{
    check: "schedules",
    verdict: "warning",
    message: '2 schedules are overdue, and nobody fires them; "cleanup" was due 2 hours ago',
    hint: "Start a worker, or run gigq schedule tick",
    fixed: false,
  }]]);
});

Deno.test("doctor: what happened later than now, and leases without end, point to the clock", async () => {
  await using fixture = await QueueFixture.open();
  await fixture.before(-120 * MINUTE, () => fixture.queue.submit(command(["true"])));
  const { code, of } = await findings(fixture.db);
  assertEquals(code, 1);
  assertMatch(of("clock")[0]!.message, /^Something happened 2 hours from now/);
  tamper(fixture.db, `UPDATE jobs SET created_at = ${NOW}`);
  await fixture.start();
  tamper(fixture.db, `UPDATE job_state SET lease_until = ${NOW + 3 * 86_400_000}`);
  assertMatch(
    (await findings(fixture.db)).of("clock")[0]!.message,
    /^A running job is held for another 3 days/,
  );
});

Deno.test("doctor: --fix moves the log into the database", async () => {
  await using fixture = await someQueue();
  assert((await Deno.stat(`${fixture.db}-wal`)).size > 0);
  const { code, of } = await findings(fixture.db, ["--fix"]);
  assertEquals([code, of("log")[0]!.fixed], [WELL, true]);
  assertEquals((await Deno.stat(`${fixture.db}-wal`)).size, 0);
});

Deno.test("doctor: a driver that cannot be had is told as such", async () => {
  await using fixture = await someQueue();
  await fixture.queue.close();
  // As a process of its own: the environment is that of all tests.
  const { code, out, err } = await gigqProcess(["doctor", "--json", "--db", fixture.db], {
    env: { GIGQ_SQLITE_DRIVER: "turbo" },
  });
  assertEquals([code, err, out.trim().split("\n").length], [1, "", 1]);
  assertMatch(JSON.parse(out).message, /"turbo", which is no driver/);
});

Deno.test("doctor: a queue in memory has nothing to check", async () => {
  const { code, err } = await gigq(["doctor", "--db", ":memory:"]);
  assertEquals(code, 2);
  assertMatch(err, /nothing to check/);
});
