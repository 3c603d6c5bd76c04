/** Absolute paths without `node:path`, which takes longer to load than the rest of a `submit`. */

const ABSOLUTE = Deno.build.os === "windows" ? /^([A-Za-z]:[\\/]|[\\/]{2})/ : /^\//;

/** Joins a relative path to the present folder, resolving `.` and `..`. */
export function absolutePath(path: string): string {
  if (ABSOLUTE.test(path)) return path;
  const separator = Deno.build.os === "windows" ? /[\\/]/ : /\//;
  const slash = Deno.build.os === "windows" ? "\\" : "/";
  const base = Deno.cwd().split(separator);
  for (const part of path.split(separator)) {
    if (part === "..") base.pop();
    else if (part !== "" && part !== ".") base.push(part);
  }
  return base.length > 1 ? base.join(slash) : `${base[0]}${slash}`;
}
