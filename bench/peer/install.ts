/** Installs peers, once each, outside of the repository. */

import { capture } from "../process.ts";

/** What npm installs for each peer, and a program for Node that tells whether it works there. */
const PEERS = {
  plainjob: {
    packages: ["plainjob@0.0.14", "better-sqlite3@12.11.1"],
    probe: 'new (require("better-sqlite3"))(":memory:"); require.resolve("plainjob")',
  },
  "pg-boss": { packages: ["pg-boss@12.38.0"], probe: 'import("pg-boss")' },
  "graphile-worker": { packages: ["graphile-worker@0.18.0"], probe: 'import("graphile-worker")' },
  bullmq: { packages: ["bullmq@6.7.0", "ioredis@6.0.0"], probe: 'require("bullmq")' },
} as const;

export type PeerName = keyof typeof PEERS;

const folders = new Map<PeerName, string>();

/** Where a peer is installed; `null` where it could not be. */
export function peerFolder(peer: PeerName): string | null {
  return folders.get(peer) ?? null;
}

/** Makes sure that a peer runs; says so on stderr where it does not. */
export async function preparePeer(peer: PeerName): Promise<void> {
  const path = `${cacheFolder()}/gigq-bench/${PEERS[peer].packages.join("-")}`;
  try {
    if (!await works(peer, path)) await install(peer, path);
    if (!await works(peer, path)) throw new Error("it was installed and does not load");
    folders.set(peer, path);
  } catch (error) {
    console.error(`The peer ${peer} is missing: ${error instanceof Error ? error.message : error}`);
  }
}

async function install(peer: PeerName, path: string): Promise<void> {
  const { packages } = PEERS[peer];
  console.error(`Installing ${packages.join(" and ")} into ${path} (once; may compile for a minute or two)`);
  await Deno.mkdir(path, { recursive: true });
  await Deno.writeTextFile(`${path}/package.json`, '{"private":true}\n');
  const npm = Deno.build.os === "windows" ? "npm.cmd" : "npm";
  await capture(npm, ["install", "--prefix", path, "--no-audit", "--no-fund", ...packages]);
}

async function works(peer: PeerName, path: string): Promise<boolean> {
  if (!await exists(path)) return false;
  const { success } = await new Deno.Command("node", {
    args: ["-e", PEERS[peer].probe],
    cwd: path,
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
