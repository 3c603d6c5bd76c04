/** Remembers over processes that the native library could not be had, so that not each start asks the network. */

import { isGranted, readEnv } from "../permissions.ts";

/** Long enough to spare most starts, short enough that a repaired network is noticed. */
const EXPIRES_MS = 3 * 86_400_000;

/** The file that says so, or nothing where there is no folder for it that may be used. */
export function markerPath(library: string): string | undefined {
  const folder = cacheFolder();
  if (folder === undefined) return undefined;
  return `${folder}/gigq/no-${library.replace(/[^\w.]+/g, "-")}-${Deno.build.os}-${Deno.build.arch}`;
}

function cacheFolder(): string | undefined {
  if (Deno.build.os === "windows") return readEnv("LOCALAPPDATA");
  const home = readEnv("HOME");
  if (Deno.build.os === "darwin") return home && `${home}/Library/Caches`;
  return readEnv("XDG_CACHE_HOME") || (home && `${home}/.cache`);
}

/** Whether a marker is there and has not expired. */
export function isMarked(path: string | undefined): boolean {
  if (path === undefined || !isGranted({ name: "read", path })) return false;
  try {
    const { mtime } = Deno.statSync(path);
    return mtime !== null && Date.now() - mtime.getTime() < EXPIRES_MS;
  } catch {
    return false;
  }
}

/** Leaves a marker; where that is not possible, the next start tries again. */
export function mark(path: string | undefined, why: string): void {
  if (path === undefined || !isGranted({ name: "write", path })) return;
  try {
    Deno.mkdirSync(path.slice(0, path.lastIndexOf("/")), { recursive: true });
    Deno.writeTextFileSync(path, `${why}\n`);
  } catch {
    // A cache that cannot be written is no reason to fail.
  }
}
