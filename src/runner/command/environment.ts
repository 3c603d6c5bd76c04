/** The environment of a command: an allow-list of the worker's, and what the job brings. */

import type { ClaimedJob, RunContext } from "../../core/ports.ts";
import { scheduledOf } from "../../core/schedule/target.ts";

const UNIX = ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "TZ", "TMPDIR", "TERM", "SSH_AUTH_SOCK"];
const WINDOWS = [
  "PATH",
  "PATHEXT",
  "SYSTEMROOT",
  "SYSTEMDRIVE",
  "COMSPEC",
  "WINDIR",
  "TEMP",
  "TMP",
  "USERNAME",
  "USERPROFILE",
  "HOMEDRIVE",
  "HOMEPATH",
  "APPDATA",
  "LOCALAPPDATA",
  "PROGRAMDATA",
  "PROGRAMFILES",
  "PROGRAMFILES(X86)",
  "NUMBER_OF_PROCESSORS",
  "PROCESSOR_ARCHITECTURE",
  "OS",
];
const PREFIXES = ["LC_", "XDG_"];

/** Where programs are looked for when the worker's environment does not say, as under `env -i`: as shells do it. */
const DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

/** What a command may see of the worker's environment. Variables that may not be read are left out. */
export function allowedEnvironment(): Record<string, string> {
  const allowed = readAllowed();
  if (Deno.build.os !== "windows") allowed.PATH = searchPath(allowed.PATH);
  return allowed;
}

/** Deno puts a folder with a `node` of its own into a `PATH` that has none, even where there was no `PATH`. */
function searchPath(path = ""): string {
  const given = path.split(":").some((folder) => folder !== "" && !folder.endsWith("/node_compat_bin"));
  return given ? path : DEFAULT_PATH;
}

function readAllowed(): Record<string, string> {
  const allowed: Record<string, string> = {};
  if (Deno.permissions.querySync({ name: "env" }).state === "granted") {
    for (const [name, value] of Object.entries(Deno.env.toObject())) {
      if (isAllowed(name)) allowed[name] = value;
    }
    return allowed;
  }
  for (const name of Deno.build.os === "windows" ? WINDOWS : UNIX) {
    const granted = Deno.permissions.querySync({ name: "env", variable: name }).state === "granted";
    const value = granted ? Deno.env.get(name) : undefined;
    if (value !== undefined) allowed[name] = value;
  }
  return allowed;
}

function isAllowed(name: string): boolean {
  if (Deno.build.os === "windows") return WINDOWS.includes(name.toUpperCase());
  return UNIX.includes(name) || PREFIXES.some((prefix) => name.startsWith(prefix));
}

/** The whole environment of one attempt. */
export function environmentOf(
  base: Readonly<Record<string, string>>,
  job: ClaimedJob,
  { location, secrets }: Pick<RunContext, "location" | "secrets">,
  own: Readonly<Record<string, string>> | undefined,
): Record<string, string> {
  const env: Record<string, string> = { ...base, ...own, ...secrets };
  // Last, so that no job passes for another one.
  env.GIGQ_JOB_ID = String(job.id);
  env.GIGQ_ATTEMPT = String(job.attempt);
  if (location !== null) env.GIGQ_DB = location;
  const scheduled = scheduledOf(job.payload);
  if (scheduled !== null) {
    env.GIGQ_SCHEDULED_AT = new Date(scheduled.at).toISOString();
    env.GIGQ_SCHEDULE = scheduled.schedule;
  }
  return env;
}
