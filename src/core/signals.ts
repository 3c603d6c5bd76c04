/** Names of signals. */

import { UsageError } from "./errors.ts";
import { didYouMean } from "./suggest.ts";

/** Those of POSIX that a process can be sent, and the few that Linux and macOS add. */
const NAMES: ReadonlySet<string> = new Set(
  ("HUP INT QUIT ILL TRAP ABRT BUS FPE KILL USR1 SEGV USR2 PIPE ALRM TERM STKFLT CHLD CONT STOP TSTP TTIN TTOU " +
    "URG XCPU XFSZ VTALRM PROF WINCH IO PWR SYS EMT INFO").split(" "),
);

/**
 * The full name of a signal, from `SIGKILL`, `KILL` or `kill`.
 *
 * @throws {UsageError} For one that does not exist
 */
export function signalName(text: string): string {
  const short = text.trim().toUpperCase().replace(/^SIG/, "");
  if (NAMES.has(short)) return `SIG${short}`;
  throw new UsageError(`There is no signal "${text}"`, {
    hint: didYouMean(short, NAMES) ?? "Write it like SIGUSR1 or KILL",
  });
}
