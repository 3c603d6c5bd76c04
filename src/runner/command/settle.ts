/** The time between the end of a command's first process and the end of everything it started. */

import type { RunContext } from "../../core/ports.ts";
import type { Child } from "./child.ts";
import { isGroupAlive, signalGroup } from "./group.ts";
import { delay, settledWithin } from "./wait.ts";

/** How long what a command leaves running may go on by itself, for instance to write its last output. */
const LINGER_MS = 1_000;
/** How long a leftover may take to end once it was asked to. */
const GRACE_MS = 2_000;
/** How long the dead may take to disappear: nobody may be there to reap them. */
const REAP_MS = 1_000;
const POLL_MS = 20;

/** Resolves when nothing of the group runs and its output has ended; what stays too long is ended. */
export async function settle(child: Child, context: RunContext): Promise<void> {
  if (isGroupAlive(child.pid)) await endGroup(child.pid, context);
  if (child.ended) return;
  // Whoever still holds the streams has left the group on purpose.
  if (!await settledWithin(child.done, LINGER_MS)) await child.close();
}

async function endGroup(pid: number, context: RunContext): Promise<void> {
  const start = performance.now();
  let asked = false;
  let killedAt: number | null = null;
  while (isGroupAlive(pid)) {
    const waited = performance.now() - start;
    if (killedAt !== null && waited - killedAt > REAP_MS) return;
    if (context.signal.aborted) {
      // The command was told to stop, and so were its children: the engine decides how long they may take.
      if (context.kill.aborted) killedAt ??= waited;
    } else if (killedAt === null && waited > LINGER_MS + GRACE_MS) {
      signalGroup(pid, "SIGKILL");
      killedAt = waited;
    } else if (!asked && waited > LINGER_MS) {
      signalGroup(pid, "SIGTERM");
      asked = true;
    }
    await delay(POLL_MS);
  }
}
