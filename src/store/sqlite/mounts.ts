/** Refuses file systems on which SQLite's locks do not hold: two machines would corrupt the file. */

import { ConfigError } from "../../core/errors.ts";
import { isGranted, readEnv } from "./permissions.ts";

const MOUNTS = "/proc/self/mounts";

/** File systems whose files live on another machine. */
const NETWORK = new Set([
  ...["nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afs", "ncpfs", "ceph", "glusterfs", "lustre", "beegfs"],
  ...["fuse.sshfs", "fuse.rclone", "fuse.glusterfs", "fuse.s3fs", "fuse.ceph", "davfs", "fuse.davfs2"],
]);

/**
 * Throws when a path lies on a network file system. Knows Linux only; elsewhere, and where the list of mounts must
 * not be read, every path passes.
 *
 * @param path Absolute, without symbolic links
 * @param mounts The list of mounts; tests bring their own
 * @throws {ConfigError} Unless `GIGQ_ALLOW_NETWORK_FS` is `1`
 */
export function refuseNetwork(path: string, mounts: () => string = readMounts): void {
  const type = networkType(path, mounts());
  if (type === undefined || readEnv("GIGQ_ALLOW_NETWORK_FS") === "1") return;
  throw new ConfigError(`${path} lies on a network file system (${type}), where SQLite's locks do not hold`, {
    hint: "Put the database on a local disk, or set GIGQ_ALLOW_NETWORK_FS=1 if only one machine uses it",
  });
}

/** The list of mounts; empty where it cannot be had. */
export function readMounts(): string {
  if (Deno.build.os !== "linux" || !isGranted({ name: "read", path: MOUNTS })) return "";
  try {
    return Deno.readTextFileSync(MOUNTS);
  } catch {
    return "";
  }
}

/**
 * The type of the network file system that holds `path`, if it is one.
 *
 * @param mounts Text in the form of `/proc/self/mounts`: device, mount point, type, and more
 */
export function networkType(path: string, mounts: string): string | undefined {
  let longest = -1;
  let found = "";
  for (const line of mounts.split("\n")) {
    const [, escaped, type] = line.split(" ");
    if (escaped === undefined || type === undefined) continue;
    const point = escaped.replace(/\\([0-7]{3})/g, (_, code) => String.fromCharCode(parseInt(code, 8)));
    const inside = path === point || path.startsWith(point.endsWith("/") ? point : `${point}/`);
    // Later lines lie over earlier ones at the same point.
    if (inside && point.length >= longest) [longest, found] = [point.length, type];
  }
  return NETWORK.has(found) ? found : undefined;
}
