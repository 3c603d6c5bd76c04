/** Which driver serves, and what it may ask for. */

import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { ConfigError, UsageError } from "../../src/core/errors.ts";
import { openStore } from "../../src/store/open.ts";
import { isMarked, mark } from "../../src/store/sqlite/drivers/marker.ts";
import { networkType } from "../../src/store/sqlite/mounts.ts";
import { openSqlite } from "../../src/store/sqlite/open.ts";
import { newJob } from "../../src/testing/contract/kit.ts";
import { inFolder, runScript, storeUrl, T, withStore } from "./sqlite_kit.ts";

const SCRIPT = `
  import { openStore } from "${storeUrl("open.ts")}";
  const { store } = await openStore("jobs.db", { driver: "auto" });
  await store.enqueue({ jobs: [${JSON.stringify(newJob())}] }, ${T});
  console.log(store.driver.name, await store.count({}));
  await store.close();`;

/** Keeps the user's cache out of a test. */
function cacheIn(folder: string): Record<string, string> {
  return { HOME: folder, XDG_CACHE_HOME: "", LOCALAPPDATA: folder, DENO_DIR: `${folder}/deno` };
}

Deno.test("driver: without ffi the builtin one serves, silently", () =>
  inFolder(async (folder) => {
    const flags = ["--allow-read", "--allow-write", "--allow-env"];
    assertEquals((await runScript(folder, SCRIPT, { flags })).trim(), "builtin 1");
  }));

Deno.test("driver: needs neither the environment nor a question, only the file", () =>
  inFolder(async (folder) => {
    const flags = [`--allow-read=${folder}`, `--allow-write=${folder}`];
    assertEquals((await runScript(folder, SCRIPT, { flags })).trim(), "builtin 1");
  }));

Deno.test("driver: the native one is demanded in vain without ffi", () =>
  inFolder(async (folder) => {
    const output = await runScript(folder, SCRIPT, {
      flags: ["--allow-read", "--allow-write", "--allow-env"],
      env: { GIGQ_SQLITE_DRIVER: "ffi" },
    });
    assertStringIncludes(
      output,
      "ConfigError: The native SQLite driver cannot be loaded: it needs --allow-ffi",
    );
  }));

Deno.test("driver: an unknown one is refused by name", () =>
  inFolder(async (folder) => {
    const output = await runScript(folder, SCRIPT, { env: { GIGQ_SQLITE_DRIVER: "turbo" } });
    assertStringIncludes(output, 'ConfigError: GIGQ_SQLITE_DRIVER is "turbo", which is no driver');
  }));

Deno.test("driver: stores of one file share one driver, whatever they wish", () =>
  inFolder((folder) =>
    withStore(`${folder}/jobs.db`, async () => {
      const second = await openSqlite(`${folder}/jobs.db`, { driver: "ffi" });
      assertEquals(second.driver.name, "builtin");
      await second.close();
    })
  ));

Deno.test("driver: a native one that cannot be loaded is asked for once, not at each start", () =>
  inFolder(async (folder) => {
    const library = `Deno.writeTextFileSync("loads", "x", { append: true }); throw new Error("offline");`;
    await Deno.writeTextFile(`${folder}/library.ts`, library);
    await Deno.writeTextFile(`${folder}/map.json`, `{ "imports": { "@db/sqlite": "./library.ts" } }`);
    const start = (): Promise<string> =>
      runScript(folder, SCRIPT, {
        flags: ["-A", "--import-map", "map.json"],
        env: cacheIn(folder),
      });
    assertEquals((await start()).trim(), "builtin 1");
    assertEquals((await start()).trim(), "builtin 2");
    assertEquals(await Deno.readTextFile(`${folder}/loads`), "x");
  }));

Deno.test("driver: the stand-in of the npm registry is known for what it is, at once and each time", () =>
  inFolder(async (folder) => {
    const standIn = new URL("../../npm/db_sqlite.ts", import.meta.url).href;
    await Deno.writeTextFile(`${folder}/map.json`, JSON.stringify({ imports: { "@db/sqlite": standIn } }));
    const flags = ["-A", "--import-map", "map.json"];
    const env = cacheIn(folder);
    assertEquals((await runScript(folder, SCRIPT, { flags, env })).trim(), "builtin 1");
    const forced = await runScript(folder, SCRIPT, { flags, env: { ...env, GIGQ_SQLITE_DRIVER: "ffi" } });
    assertStringIncludes(forced, "not available from the npm registry");
    for await (const { name } of Deno.readDir(folder)) assert(!["gigq", ".cache", "Library"].includes(name));
  }));

Deno.test("driver: a marker holds for some days", () =>
  inFolder(async (folder) => {
    const path = `${folder}/cache/gigq/no-library`;
    assert(!isMarked(path));
    mark(path, "offline");
    assert(isMarked(path));
    const day = 86_400;
    const written = (await Deno.stat(path)).mtime!.getTime() / 1000;
    await Deno.utime(path, written - 4 * day, written - 4 * day);
    assert(!isMarked(path));
    assert(!isMarked(undefined));
  }));

Deno.test("open: unknown kinds of servers are refused by name, and so is nothing", async () => {
  await assertRejects(() => openStore("mysql://localhost/jobs"), UsageError, "mysql:// is not supported");
  await assertRejects(() => openStore(""), UsageError, "no name");
});

Deno.test("open: a relative path and a file URL are made absolute", () =>
  inFolder(async (folder) => {
    const code = `
      import { openStore } from "${storeUrl("open.ts")}";
      for (const location of ["./a/../jobs.db", "file://${folder}/jobs%2Edb"]) {
        const opened = await openStore(location, { driver: "builtin" });
        console.log(opened.location === "${folder}/jobs.db" || opened.location);
        await opened.store.close();
      }`;
    assertEquals((await runScript(await Deno.realPath(folder), code)).trim(), "true\ntrue");
  }));

const MOUNTS = `
/dev/vda / ext4 rw 0 0
proc /proc proc rw 0 0
server:/home /home nfs4 rw 0 0
/dev/vdb /home/local ext4 rw 0 0
host:/x /mnt/my\\040share fuse.sshfs rw 0 0
`;

Deno.test("mounts: the innermost mount decides", () => {
  assertEquals(networkType("/var/jobs.db", MOUNTS), undefined);
  assertEquals(networkType("/home/ada/jobs.db", MOUNTS), "nfs4");
  assertEquals(networkType("/home/local/jobs.db", MOUNTS), undefined);
  assertEquals(networkType("/homestead/jobs.db", MOUNTS), undefined);
  assertEquals(networkType("/mnt/my share/jobs.db", MOUNTS), "fuse.sshfs");
  assertEquals(networkType("/home/local/jobs.db", MOUNTS + "x:/y /home/local cifs rw 0 0\n"), "cifs");
});

Deno.test("mounts: a database on a network file system is a matter of configuration", async () => {
  const { refuseNetwork } = await import("../../src/store/sqlite/mounts.ts");
  const error = await assertRejects(
    () => Promise.try(() => refuseNetwork("/home/ada/jobs.db", () => MOUNTS)),
    ConfigError,
    "network file system (nfs4)",
  );
  assertStringIncludes(error.hint!, "GIGQ_ALLOW_NETWORK_FS=1");
});
