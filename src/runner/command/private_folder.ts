/** A folder for files that only this user may see, at a place that is the same for all workers of the user. */

const IS_WINDOWS = Deno.build.os === "windows";
const OWNER_ONLY = 0o700;
const OTHERS = 0o077;
/** Systems clear their folder for temporary files now and then: so often is looked whether ours is still there. */
const TRUST_MS = 60_000;

/** Where files may be put, or why they cannot. */
export type PrivateFolder = { readonly path: string } | { readonly problem: string };

let known: { readonly folder: PrivateFolder; readonly until: number } | null = null;

/** Makes the folder where it is missing; does so at most once a minute. */
export function privateFolder(): PrivateFolder {
  const now = performance.now();
  if (known === null || known.until < now) known = { folder: prepare(userFolder()), until: now + TRUST_MS };
  return known.folder;
}

/** Makes a folder for its owner only, or looks whether the one that is there is such a folder. */
export function prepare(path: string | null): PrivateFolder {
  if (path === null) return { problem: "there is no folder for temporary files" };
  for (const name of ["read", "write"] as const) {
    if (Deno.permissions.querySync({ name, path }).state !== "granted") {
      return { problem: `there is no permission to ${name} ${path}` };
    }
  }
  try {
    Deno.mkdirSync(path, { mode: OWNER_ONLY });
    return { path };
  } catch (error) {
    if (!(error instanceof Deno.errors.AlreadyExists)) return { problem: (error as Error).message };
  }
  return inspect(path);
}

/** What somebody else may have put at this place is not used. */
function inspect(path: string): PrivateFolder {
  const { isDirectory, isSymlink, uid, mode } = Deno.lstatSync(path);
  if (isSymlink || !isDirectory) return { problem: `${path} is not a folder` };
  if (uid !== null && uid !== Deno.uid()) return { problem: `${path} belongs to another user` };
  if (!IS_WINDOWS && mode !== null && (mode & OTHERS) !== 0) {
    return { problem: `${path} is open to other users` };
  }
  return { path };
}

function userFolder(): string | null {
  const root = temporaryRoot()?.replace(/[\\/]+$/, "");
  if (root === undefined) return null;
  return IS_WINDOWS ? `${root}\\gigq` : `${root}/gigq-${Deno.uid()}`;
}

function temporaryRoot(): string | undefined {
  const names = IS_WINDOWS ? ["TEMP", "TMP"] : ["TMPDIR"];
  for (const variable of names) {
    if (Deno.permissions.querySync({ name: "env", variable }).state !== "granted") continue;
    const value = Deno.env.get(variable);
    if (value) return absolute(value);
  }
  return IS_WINDOWS ? undefined : "/tmp";
}

/** Commands run in other folders. */
function absolute(path: string): string | undefined {
  try {
    return Deno.realPathSync(path);
  } catch {
    return undefined;
  }
}
