/** Names of calls, by which a script knows one that comes again because its answer was lost. */

/** For how long the server knows what a call came to. */
export const REMEMBERED_MS = 300_000;
/** For how long a call may be made again: so that one that is held up on its way still comes in time. */
export const REPEATED_MS = REMEMBERED_MS / 2;

const PROCESS = crypto.randomUUID().slice(0, 18);
let requests = 0;

/** Names one call for as long as it may be made again. */
export function requestId(): string {
  return `${PROCESS}-${(++requests).toString(36)}`;
}
