/** Reads small files of the platform where that is allowed; never asks and never fails. */

/** The text of a file; `null` when there is none or reading it is not permitted. */
export function readIfAllowed(path: string): string | null {
  try {
    if (Deno.permissions.querySync({ name: "read", path }).state !== "granted") return null;
    return Deno.readTextFileSync(path);
  } catch {
    return null;
  }
}

/** Where a symbolic link points; `null` when there is none or reading it is not permitted. */
export function readLinkIfAllowed(path: string): string | null {
  try {
    if (Deno.permissions.querySync({ name: "read", path }).state !== "granted") return null;
    return Deno.readLinkSync(path);
  } catch {
    return null;
  }
}
