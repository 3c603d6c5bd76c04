/** What the operations ask of a connection: to run scripts. */

/** A script in Lua, which Redis runs as one step. */
export interface Script {
  /** For messages. */
  readonly name: string;
  /** Its text. */
  readonly lua: string;
}

/** What a script is given after the identity of the store. */
export type Arg = string | number | Uint8Array;

/** A connection to the server that holds one store. */
export interface Redis {
  /**
   * Runs a script with `KEYS[1]` the prefix of all keys (with a hash tag, such as `{gigq}`), `ARGV[1]` the
   * {@linkcode Identity.id} of the store that was opened, and the arguments from `ARGV[2]` on.
   *
   * A script whose answer was lost is sent again with the same arguments: those that must not run twice are given a
   * {@linkcode requestId}.
   *
   * Refusals are error replies that `errors.ts` understands: `GIGQ_GONE` (there is no store, or one with another id),
   * `GIGQ_SEALED <to>`, `GIGQ_MOVED <to>`, `GIGQ_RECEIVING <from>`.
   */
  script<T>(script: Script, ...args: readonly Arg[]): Promise<T>;
  /** The same, but text in the reply arrives as the bytes that it is. */
  bytes<T>(script: Script, ...args: readonly Arg[]): Promise<T>;
}

const PROCESS = crypto.randomUUID().slice(0, 18);
let requests = 0;

/** Names one call for as long as it may be sent again. */
export function requestId(): string {
  return `${PROCESS}-${(++requests).toString(36)}`;
}
