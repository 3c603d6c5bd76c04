/** A check-up of a queue, for scripts and for `gigq doctor`. */

import { rescueAbandoned } from "../compose.ts";
import type { Clock, Finding } from "../core/ports.ts";
import { checkStore } from "../store/check.ts";
import { openStore } from "../store/open.ts";

/** How a queue is checked. */
export interface DiagnoseOptions {
  /** Mends what can be mended without losing anything: rights, the log, jobs of dead workers; default `false`. */
  readonly fix?: boolean;
  /** Leaves out the comparison of indexes with tables, which takes long on large files; default `false`. */
  readonly quick?: boolean;
  /** Default that of the server, or the system's; tests bring their own. */
  readonly clock?: Clock;
}

/**
 * Checks the queue at a location: its file or its server, its schema, its content, jobs that are stuck. Changes nothing
 * unless `fix` is given, and never makes a queue.
 *
 * @throws {UsageError} For a queue in memory
 *
 * @example
 * ```ts
 * import { diagnose } from "@gigq/gigq";
 *
 * for await (const { check, verdict, message } of diagnose("no-such.db")) {
 *   if (verdict === "problem") console.log(check, message); // file There is no database at …/no-such.db
 * }
 * ```
 */
export async function* diagnose(location: string, options: DiagnoseOptions = {}): AsyncGenerator<Finding> {
  const { clock, fix = false, quick = false } = options;
  let abandoned: Finding | null = null;
  for await (const finding of checkStore(location, { fix, quick, now: clock?.now() ?? Date.now() })) {
    if (fix && finding.check === "leases" && finding.verdict !== "ok") abandoned = finding;
    else yield finding;
  }
  if (abandoned !== null) yield await rescue(location, clock, abandoned);
}

const ALIVE = "The process of its worker is there: wait for it, or end it and check again";

/** The file is whole, or nobody would have looked at leases. */
async function rescue(location: string, clock: Clock | undefined, abandoned: Finding): Promise<Finding> {
  const opened = await openStore(location, { create: false, driver: "builtin" });
  try {
    const { store, location: place, now } = opened;
    const time = clock === undefined ? { now } : { clock };
    const ids = await rescueAbandoned({ store, location: place, ...time });
    if (ids.length === 0) return { ...abandoned, hint: ALIVE };
    const message = `Taken from workers that are gone, and tried again or ended: ${ids.join(", ")}`;
    return { check: "leases", verdict: "ok", message, hint: null, fixed: true };
  } finally {
    await opened.store.close();
  }
}
