/** The time between the end of a command's first process and the end of everything it started. */

import type { RunContext } from "../../core/ports.ts";
import type { Child } from "./child.ts";
import { isGroupAlive, signalGroup } from "./group.ts";
import { delay, settledWithin } from "./wait.ts";

/** How long what a command leaves running may go on by itself, for instance to write its last output. */
const LINGER_MS = 1_000;
/** How long a leftover may take to end once it was asked to. */
const GRACE_MS = 2_000;
/**
 * How long the killed may take to disappear: on a busy machine that is seconds. Less than the engine waits, so that
 * the command can say what is left of it.
 */
const REAP_MS = 8_000;
const POLL_MS = 20;

/** How groups are seen and ended; tests bring one that cannot be ended. */
export interface Groups {
  isAlive(pid: number): boolean;
  signal(pid: number, signal: "SIGTERM" | "SIGKILL"): void;
  /** How long the killed may take to disappear. */
  readonly reapMs: number;
}

const GROUPS: Groups = { isAlive: isGroupAlive, signal: signalGroup, reapMs: REAP_MS };

/**
 * Resolves when nothing of the group runs and its output has ended; what stays too long is ended.
 *
 * @returns `false` when something of the group stayed even so: one that waits inside the kernel, or is not ours to end
 */
export async function settle(child: Child, context: RunContext, groups: Groups = GROUPS): Promise<boolean> {
  const gone = !groups.isAlive(child.pid) || await endGroup(child.pid, context, groups);
  if (child.ended) return gone;
  // Whoever still holds the streams has left the group on purpose.
  if (!await settledWithin(child.done, LINGER_MS)) await child.close();
  return gone;
}

async function endGroup(pid: number, context: RunContext, groups: Groups): Promise<boolean> {
  const start = performance.now();
  let asked = false;
  let killedAt: number | null = null;
  while (groups.isAlive(pid)) {
    const waited = performance.now() - start;
    if (killedAt !== null && waited - killedAt > groups.reapMs) return false;
    if (context.signal.aborted) {
      // The command was told to stop, and so were its children: the engine decides how long they may take.
      if (context.kill.aborted) killedAt ??= waited;
    } else if (killedAt === null && waited > LINGER_MS + GRACE_MS) {
      groups.signal(pid, "SIGKILL");
      killedAt = waited;
    } else if (!asked && waited > LINGER_MS) {
      groups.signal(pid, "SIGTERM");
      asked = true;
    }
    await delay(POLL_MS);
  }
  return true;
}
