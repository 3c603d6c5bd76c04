/** The processes of this host: whether a worker is gone, and how to end what it left. Sure on Linux only. */

import { parseProcStat, type ProcStat } from "../core/proc_stat.ts";
import type { Clock, ProcessInfo } from "../core/ports.ts";
import { steadyNow } from "../core/steady.ts";
import type { OrphanedAttempt, ProcessTable } from "./options.ts";
import { readIfAllowed } from "./proc_files.ts";

const POLL_MS = 20;

/** A process table that reads `/proc`. Without it, no process is ever said to be gone, and none is ended. */
export function systemProcesses(clock: Clock): ProcessTable {
  return {
    isGone: (process) => isReadable() && !isAlive(process),
    async end(attempt, graceMs, signal): Promise<void> {
      if (!isReadable()) return;
      const deadline = steadyNow(clock) + graceMs;
      for (let asked = false; !signal.aborted; asked = true) {
        const pids = remains(attempt);
        if (pids.length === 0) return;
        if (!asked) send(pids, "SIGTERM");
        else if (steadyNow(clock) >= deadline) send(pids, "SIGKILL");
        await clock.sleep(POLL_MS, signal);
      }
    },
  };
}

function isReadable(): boolean {
  return readIfAllowed("/proc/self/stat") !== null;
}

function stat(pid: number | string): ProcStat | null {
  return parseProcStat(readIfAllowed(`/proc/${pid}/stat`) ?? "");
}

function isAlive({ pid, pidStart }: ProcessInfo): boolean {
  const found = stat(pid);
  return found !== null && found.state !== "Z" && (pidStart === null || found.start === pidStart);
}

/**
 * The processes of an attempt: those that carry its number in their environment, and the group of the process
 * that was registered, if that is still the same process.
 */
function remains(attempt: OrphanedAttempt): readonly number[] {
  const { process } = attempt;
  const group = process !== null && process.pidStart !== null && isAlive(process) ? process.pid : null;
  return processIds().filter((pid) => {
    const found = stat(pid);
    if (found === null || found.state === "Z") return false;
    return found.group === group || carries(pid, attempt);
  });
}

/** A number that is used again cannot fool this: a stranger does not have the attempt in its environment. */
function carries(pid: number, { id, attempt, location }: OrphanedAttempt): boolean {
  if (location === null) return false;
  const text = readIfAllowed(`/proc/${pid}/environ`);
  if (text === null || !text.includes("GIGQ_JOB_ID=")) return false;
  const environment = new Set(text.split("\0"));
  return environment.has(`GIGQ_JOB_ID=${id}`) && environment.has(`GIGQ_ATTEMPT=${attempt}`) &&
    environment.has(`GIGQ_DB=${location}`);
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
