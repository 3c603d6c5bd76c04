/** Installs the peer, once, outside of the repository. */

import { capture } from "../process.ts";

const PACKAGES = ["plainjob@0.0.14", "better-sqlite3@12.11.1"];

let folder: string | null = null;

/** Where `plainjob` is installed; `null` where it could not be. */
export function plainjobFolder(): string | null {
  return folder;
}

/** Makes sure that the peer runs; says so on stderr where it does not. */
export async function preparePlainjob(): Promise<void> {
  const path = `${cacheFolder()}/gigq-bench/${PACKAGES.join("-")}`;
  try {
    if (!await works(path)) await install(path);
    if (!await works(path)) throw new Error("it was installed and does not load");
    folder = path;
  } catch (error) {
    console.error(`The peer plainjob is missing: ${error instanceof Error ? error.message : error}`);
  }
}

async function install(path: string): Promise<void> {
  console.error(`Installing ${PACKAGES.join(" and ")} into ${path} (once; compiles for a minute or two)`);
  await Deno.mkdir(path, { recursive: true });
  await Deno.writeTextFile(`${path}/package.json`, '{"private":true}\n');
  const npm = Deno.build.os === "windows" ? "npm.cmd" : "npm";
  await capture(npm, ["install", "--prefix", path, "--no-audit", "--no-fund", ...PACKAGES]);
}

async function works(path: string): Promise<boolean> {
  const probe = 'new (require("better-sqlite3"))(":memory:"); require.resolve("plainjob")';
  const { success } = await new Deno.Command("node", {
    args: ["-e", probe],
    cwd: await exists(path) ? path : Deno.cwd(),
    stdout: "null",
    stderr: "null",
  }).output();
  return success;
}

async function exists(path: string): Promise<boolean> {
  return await Deno.stat(path).then(() => true, () => false);
}

function cacheFolder(): string {
  const given = Deno.env.get("XDG_CACHE_HOME") ?? Deno.env.get("LOCALAPPDATA");
  if (given !== undefined) return given;
  const home = Deno.env.get("HOME");
  return home === undefined ? "/tmp" : `${home}/.cache`;
}
