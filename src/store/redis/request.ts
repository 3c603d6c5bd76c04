/** Names of calls, by which a script knows one that comes again because its answer was lost. */

const PROCESS = crypto.randomUUID().slice(0, 18);
let requests = 0;

/** Names one call for as long as it may be made again. */
export function requestId(): string {
  return `${PROCESS}-${(++requests).toString(36)}`;
}
