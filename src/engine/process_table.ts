/** The processes of this host: whether a worker is gone, and how to end what it left. Sure on Linux only. */

import { serverOf, shownLocation } from "../core/location.ts";
import { parseProcStat, type ProcStat } from "../core/proc_stat.ts";
import type { Clock, ProcessInfo } from "../core/ports.ts";
import { steadyNow } from "../core/steady.ts";
import type { OrphanedAttempt, ProcessTable } from "./options.ts";
import { readIfAllowed } from "./proc_files.ts";

/** Most processes end at once when they are asked; each look reads the whole table, so later ones are rarer. */
const FIRST_POLL_MS = 20;
const LONGEST_POLL_MS = 320;
const DB_VARIABLE = "GIGQ_DB=";

/** A process table that reads `/proc`. Without it, no process is ever said to be gone, and none is ended. */
export function systemProcesses(clock: Clock): ProcessTable {
  return {
    isGone: (process) => seesOthers() && !isAlive(process),
    async end(attempt, graceMs, signal): Promise<void> {
      if (!isReadable()) return;
      const deadline = steadyNow(clock) + graceMs;
      const groups = new Set<number>();
      let wait = FIRST_POLL_MS;
      let killed = false;
      for (let asked = false; !signal.aborted; asked = true) {
        const pids = remains(attempt, groups);
        if (pids.length === 0) return;
        const left = deadline - steadyNow(clock);
        if (!asked) send(pids, "SIGTERM");
        else if (left <= 0) send(pids, "SIGKILL");
        if (left <= 0 && !killed) wait = FIRST_POLL_MS;
        killed = asked && left <= 0;
        await clock.sleep(left > 0 ? Math.min(wait, left) : wait, signal);
        wait = Math.min(2 * wait, LONGEST_POLL_MS);
      }
    },
  };
}

function isReadable(): boolean {
  return readIfAllowed("/proc/self/stat") !== null;
}

/** Where processes of other users are hidden (`hidepid`), one that is not seen may be there all the same. */
function seesOthers(): boolean {
  return isReadable() && stat(1) !== null;
}

function stat(pid: number | string): ProcStat | null {
  return parseProcStat(readIfAllowed(`/proc/${pid}/stat`) ?? "");
}

function isAlive({ pid, pidStart }: ProcessInfo): boolean {
  const found = stat(pid);
  return found !== null && found.state !== "Z" && (pidStart === null || found.start === pidStart);
}

/**
 * The processes of an attempt: those that carry its number in their environment, and all of every group that the
 * registered process or one of those leads. Groups stay known once their leader has ended, for as long as anything
 * is in them: until then their number is not used again.
 */
function remains(attempt: OrphanedAttempt, groups: Set<number>): readonly number[] {
  const { process } = attempt;
  if (process !== null && process.pidStart !== null && isAlive(process)) groups.add(process.pid);
  const living = livingProcesses();
  const carriers = new Set(living.filter((found) => carries(found, attempt)).map(({ pid }) => pid));
  for (const { pid, group } of living) if (pid === group && carriers.has(pid)) groups.add(group);
  const left = living.filter(({ pid, group }) => carriers.has(pid) || groups.has(group));
  const used = new Set(left.map(({ group }) => group));
  for (const group of groups) if (!used.has(group)) groups.delete(group);
  return left.map(({ pid }) => pid);
}

interface Living {
  readonly pid: number;
  readonly group: number;
  /** `NAME=value` each, if it looks like that of a job. */
  readonly environment: ReadonlySet<string> | null;
}

let seen: readonly Living[] | null = null;

/** All processes that run, looked at once in a turn of the event loop, however many attempts are asked for. */
function livingProcesses(): readonly Living[] {
  if (seen === null) {
    seen = processIds().flatMap(look);
    queueMicrotask(() => seen = null);
  }
  return seen;
}

function look(pid: number): readonly Living[] {
  const found = stat(pid);
  if (found === null || found.state === "Z" || found.state === "X") return [];
  const text = readIfAllowed(`/proc/${pid}/environ`);
  const environment = text?.includes("GIGQ_JOB_ID=") ? new Set(text.split("\0")) : null;
  return [{ pid, group: found.group, environment }];
}

/** A number that is used again cannot fool this: a stranger does not have the attempt in its environment. */
function carries({ environment }: Living, { id, attempt, location }: OrphanedAttempt): boolean {
  return location !== null && environment !== null && environment.has(`GIGQ_JOB_ID=${id}`) &&
    environment.has(`GIGQ_ATTEMPT=${attempt}`) && isOf(location, environment);
}

/** Workers may reach one server as different users, and with settings of their own. */
function isOf(location: string, environment: ReadonlySet<string>): boolean {
  if (environment.has(`GIGQ_DB=${location}`)) return true;
  if (serverOf(location) === null) return false;
  const shown = shownLocation(location);
  return [...environment].some((entry) =>
    entry.startsWith(DB_VARIABLE) && shownLocation(entry.slice(DB_VARIABLE.length)) === shown
  );
}

function processIds(): readonly number[] {
  try {
    return [...Deno.readDirSync("/proc")].map((entry) => Number(entry.name)).filter((pid) =>
      pid > 1 && pid !== Deno.pid
    );
  } catch {
    return [];
  }
}

function send(pids: readonly number[], signal: Deno.Signal): void {
  for (const pid of pids) {
    try {
      Deno.kill(pid, signal);
    } catch {
      // Ended meanwhile, or not ours to end: the next look tells.
    }
  }
}
