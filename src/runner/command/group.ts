/** Process groups: a command and everything it started, as long as that stays in its group. */

import { kill } from "node:process";
import { hasGroup, libc } from "./libc.ts";
import { parseProcStat, type ProcStat } from "../../core/proc_stat.ts";

const IS_WINDOWS = Deno.build.os === "windows";

/**
 * A small program that makes itself the leader of a new group and then becomes the command. The platform's own
 * `detached` forks the whole worker instead, which takes longer the more memory the worker has: with 200 MB,
 * five times as long as this.
 */
const SETSID = "/usr/bin/setsid";

let setsid: boolean | null = null;

function hasSetsid(): boolean {
  try {
    return Deno.build.os === "linux" && Deno.permissions.querySync({ name: "run" }).state === "granted" &&
      Deno.statSync(SETSID).isFile;
  } catch {
    return false;
  }
}

/** The platform's command that starts a program as the leader of its own group. */
export function asGroup(
  argv: readonly string[],
  options: Deno.CommandOptions,
): Deno.Command {
  const [program = "", ...args] = argv;
  setsid ??= hasSetsid();
  // A name that looks like an option would be read as one.
  if (setsid && !program.startsWith("-")) {
    return new Deno.Command(SETSID, { ...options, args: [...argv] });
  }
  return new Deno.Command(program, { ...options, args, detached: !IS_WINDOWS });
}

/**
 * Sends a signal, such as `SIGTERM`, to a whole group. Nothing happens when it is gone. Windows knows no signals:
 * there every one ends the group.
 */
export function signalGroup(pid: number, signal: string): void {
  if (IS_WINDOWS) return endTree(pid);
  if (!send(-pid, signal)) send(pid, signal);
  // A stopped process hears nothing else before it goes on.
  if (signal === "SIGTERM") send(-pid, "SIGCONT");
}

/** Whether anything of a group is left. */
export function isGroupAlive(pid: number): boolean {
  return !IS_WINDOWS && hasMembers(pid) && hasLiving(pid);
}

/** Most groups are gone with their leader, and the runtime would throw an error to say so. */
function hasMembers(group: number): boolean {
  const c = libc();
  return c === null ? send(-group, 0) : hasGroup(c, group);
}

/**
 * Whether any member of a group is more than a dead process that its parent has not yet reaped: orphans wait for
 * `init`, which in containers may take its time. In doubt, yes.
 */
function hasLiving(group: number): boolean {
  try {
    for (const { name } of Deno.readDirSync("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      const stat = statOf(name);
      if (stat !== null && stat.group === group && stat.state !== "Z" && stat.state !== "X") return true;
    }
    return false;
  } catch {
    return true;
  }
}

function statOf(pid: string): ProcStat | null {
  try {
    return parseProcStat(Deno.readTextFileSync(`/proc/${pid}/stat`));
  } catch {
    return null;
  }
}

/** When a process started, in the platform's unit; `null` where that is not told or may not be read. */
export function startOf(pid: number): string | null {
  return statOf(String(pid))?.start ?? null;
}

function send(pid: number, signal: string | number): boolean {
  try {
    return kill(pid, signal);
  } catch (error) {
    // Not permitted means that it is there.
    return (error as { code?: string }).code === "EPERM";
  }
}

/** Windows has no groups to signal: ends the process and its descendants. */
function endTree(pid: number): void {
  const args = ["/T", "/F", "/PID", String(pid)];
  void new Deno.Command("taskkill", { args, stdout: "null", stderr: "null" }).output().catch(() => {});
}
