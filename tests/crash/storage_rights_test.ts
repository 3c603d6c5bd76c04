import { assert, assertEquals, assertMatch } from "@std/assert";
import { gigq } from "../cli/fixture.ts";
import { denoArgs, gigqArgs, gigqProcess, inFolder, run } from "./storage_kit.ts";
import { CAN_MOUNT, onSmallDisk } from "./storage_mount.ts";

const DISK = 2 * 1_024 * 1_024;
const unix = Deno.build.os !== "windows";
const ROOT = unix && Deno.uid() === 0;
const NO_FILES = new URL("./storage_no_files.ts", import.meta.url).href;

/** Root may write everywhere: it gives that up for one command. */
const WITHOUT_PRIVILEGE = ["--bounding-set=-dac_override,-dac_read_search", "--inh-caps=-all"];

async function canDropPrivilege(): Promise<boolean> {
  try {
    return (await run("setpriv", [...WITHOUT_PRIVILEGE, "true"])).code === 0;
  } catch {
    return false;
  }
}

const ignoreRights = !unix || (ROOT && !await canDropPrivilege());

/** Runs `gigq` with the rights of an ordinary owner of files. */
async function asOwner(argv: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  if (!ROOT) return await gigqProcess(argv);
  return await run("setpriv", [...WITHOUT_PRIVILEGE, Deno.execPath(), ...gigqArgs(...argv)]);
}

Deno.test({
  name: "rights: a folder that must not be written is told with 73, and works again once it may",
  ignore: ignoreRights,
  fn: () =>
    inFolder(async (folder) => {
      const db = `${folder}/jobs.db`;
      const submit = ["submit", "--db", db, "--", "true"];
      for (const expected of ["1\n", "2\n"]) {
        await Deno.chmod(folder, 0o555);
        const { code, out, err } = await asOwner(submit);
        assertEquals([code, out], [73, ""], err);
        assertMatch(err, /^gigq: [^\n]*jobs\.db[^\n]*file and its folder[^\n]*\n$/);
        await Deno.chmod(folder, 0o755);
        assertEquals((await asOwner(submit)).out, expected);
      }
    }),
});

Deno.test({
  name: "rights: a file system that is read-only is told with 73, nothing is touched, and it works again",
  ignore: !CAN_MOUNT,
  fn: () =>
    onSmallDisk(DISK, async (disk) => {
      const db = `${disk.folder}/jobs.db`;
      const submit = ["submit", "--db", db, "--", "true"];
      await disk.readOnly(true);
      const none = await gigqProcess(submit);
      assertEquals([none.code, none.out], [73, ""], none.err);
      assertMatch(none.err, /^gigq: [^\n]*jobs\.db is read-only; [^\n]+\n$/);
      await disk.readOnly(false);
      assertEquals((await gigqProcess(submit)).out, "1\n");
      const before = await Deno.readFile(db);
      await disk.readOnly(true);
      for (const argv of [submit, ["stats", "--db", db], ["list", "--db", db]]) {
        const { code, out, err } = await gigqProcess(argv);
        assertEquals([code, out], [73, ""], err);
        assertMatch(err, /^gigq: [^\n]*jobs\.db is read-only; [^\n]+\n$/);
      }
      assertEquals((await Deno.readFile(db)).toBase64(), before.toBase64());
      await disk.readOnly(false);
      assertEquals((await gigqProcess(submit)).out, "2\n");
    }),
});

Deno.test({
  name: "rights: without a free file descriptor a command ends with a clear error, and works again with some",
  ignore: !unix,
  fn: () =>
    inFolder(async (folder) => {
      const command = `ulimit -n 128 && exec "$@"`;
      const program = [Deno.execPath(), ...denoArgs(NO_FILES, `${folder}/jobs.db`)];
      const { code, out, err } = await run("sh", ["-c", command, "sh", ...program]);
      assertEquals(code, 0, err);
      const lines = out.trim().split("\n").map((line) => JSON.parse(line));
      const starved = lines.filter(({ left }) => left !== null);
      assert(starved.some(({ code }) => code !== 0), "there always was a file left");
      for (const { left, code, err } of starved.filter(({ code }) => code !== 0)) {
        assertEquals(code, 73, `${left} left: ${err}`);
        assertMatch(err, /^gigq: Cannot open [^\n]*jobs\.db[^\n]*\n$/);
      }
      assertEquals(lines.at(-1), { left: null, code: 0, err: "" });
      const jobs = lines.filter(({ code }) => code === 0).length;
      const { out: stats } = await gigq(["stats", "--json", "--db", `${folder}/jobs.db`]);
      assertEquals(JSON.parse(stats).total, jobs + 1);
    }),
});

Deno.test({
  name: "rights: under umask 000 the database, its log, its index, and a backup are their owner's alone",
  ignore: !unix,
  fn: () =>
    inFolder(async (folder) => {
      const gated = `umask 000; cd "$1"; shift; exec "$@"`;
      const db = `${folder}/jobs.db`;
      const show = `ls -l jobs.db jobs.db-wal jobs.db-shm | cut -c 1-10 > modes`;
      const shell = (argv: readonly string[]): Promise<{ code: number; out: string; err: string }> =>
        run("sh", ["-c", gated, "sh", folder, Deno.execPath(), ...gigqArgs(...argv)]);
      // The worker has the database open while its job looks.
      assertEquals((await shell(["submit", "--db", db, "--", "sh", "-c", show])).code, 0);
      assertEquals((await shell(["worker", "--db", db, "--drain"])).code, 0);
      assertEquals(
        (await Deno.readTextFile(`${folder}/modes`)).trim().split("\n"),
        Array(3).fill("-rw-------"),
      );
      assertEquals((await shell(["backup", "--db", db, `${folder}/backup.db`])).code, 0);
      for (const name of ["jobs.db", "backup.db"]) {
        assertEquals((await Deno.stat(`${folder}/${name}`)).mode! & 0o777, 0o600, name);
      }
    }),
});

Deno.test({
  name:
    "rights: a symbolic link in place of the database is refused with 78, dangling or not; folders may be links",
  ignore: !unix,
  fn: () =>
    inFolder(async (folder) => {
      const [real, link, dangling] = [`${folder}/real.db`, `${folder}/link.db`, `${folder}/dangling.db`];
      assertEquals((await gigqProcess(["submit", "--db", real, "--", "true"])).code, 0);
      await Deno.symlink(real, link);
      await Deno.symlink(`${folder}/victim`, dangling);
      const advice = new Map([[link, `--db ${await Deno.realPath(real)}`], [dangling, "name another file"]]);
      const commands = [["submit", "--", "true"], ["stats"], ["worker", "--drain"], [
        "backup",
        `${folder}/b.db`,
      ]];
      for (const [path, way] of advice) {
        for (const [name, ...rest] of commands) {
          const { code, out, err } = await gigq([name!, "--db", path, ...rest]);
          assertEquals([code, out], [78, ""], err);
          assertMatch(err, /^gigq: [^\n]* is a symbolic link[^\n]*\n$/);
          assert(err.includes(way), err);
        }
      }
      assertEquals((await gigqProcess(["submit", "--db", dangling, "--", "true"])).code, 78);
      assertEquals([...Deno.readDirSync(folder)].map(({ name }) => name).sort(), [
        "dangling.db",
        "link.db",
        "real.db",
      ]);
      await Deno.symlink(folder, `${folder}/same`);
      assertEquals(
        (await gigqProcess(["submit", "--db", `${folder}/same/real.db`, "--", "true"])).out,
        "2\n",
      );
    }),
});

Deno.test({
  name: "rights: a symbolic link in place of the log or the index is not followed",
  ignore: !unix,
  fn: () =>
    inFolder(async (folder) => {
      const [db, victim] = [`${folder}/jobs.db`, `${folder}/victim`];
      assertEquals((await gigq(["submit", "--db", db, "--", "true"])).code, 0);
      await Deno.writeTextFile(victim, "precious");
      for (const end of ["-wal", "-shm"]) {
        await Deno.symlink(victim, `${db}${end}`);
        const { code, out, err } = await gigq(["submit", "--db", db, "--", "true"]);
        assertEquals([code, out], [73, ""], err);
        assertMatch(err, /^gigq: Cannot open [^\n]*jobs\.db[^\n]*\n$/);
        assertEquals(await Deno.readTextFile(victim), "precious");
        await Deno.remove(`${db}${end}`);
      }
      assertEquals((await gigq(["submit", "--db", db, "--", "true"])).out, "2\n");
    }),
});
