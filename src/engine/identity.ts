/** Who this worker is, in terms that another worker can check after it has died. */

import { parseProcStat } from "../core/proc_stat.ts";
import type { WorkerInfo } from "../core/ports.ts";
import { readIfAllowed, readLinkIfAllowed } from "./proc_files.ts";

/**
 * Describes this process as a worker. Asks for no permission: what may not be read is left out, and then only
 * leases tell whether this worker is alive.
 *
 * @param name Leads the worker's id instead of the host's name
 */
export function createWorkerInfo(name?: string): WorkerInfo {
  const host = hostname();
  const random = crypto.getRandomValues(new Uint8Array(4));
  const suffix = [...random].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const stat = parseProcStat(readIfAllowed("/proc/self/stat") ?? "");
  return {
    id: `${name ?? host}-${Deno.pid}-${suffix}`,
    host,
    boot: bootId(),
    pid: Deno.pid,
    pidStart: stat?.start ?? null,
  };
}

/**
 * Names this run of the machine, and on it the space of process ids: containers of one host share the first
 * and not the second, and must not look for each other's processes.
 */
function bootId(): string | null {
  const boot = readIfAllowed("/proc/sys/kernel/random/boot_id")?.trim();
  const space = readLinkIfAllowed("/proc/self/ns/pid");
  return boot && space ? `${boot}/${space.replace(/\D/g, "")}` : null;
}

function hostname(): string {
  try {
    const allowed = Deno.permissions.querySync({ name: "sys", kind: "hostname" }).state === "granted";
    return allowed ? Deno.hostname() : "localhost";
  } catch {
    return "localhost";
  }
}
