/**
 * Scripts that the server runs as one step. `KEYS[1]` is the prefix in its hash tag, such as `{gigq}`, from which a script
 * derives all its keys: they lie in one slot of a cluster. `ARGV[1]` is the id of the store that this process opened, so
 * that a script can refuse another one; the arguments of the call follow from `ARGV[2]` on.
 *
 * A call whose answer was lost is made again with the same arguments: what changes anything carries a request id of its
 * caller. Refusals that `errors.ts` understands: `GIGQ_GONE` (the store under the prefix has another id, or none),
 * `GIGQ_SEALED place`, `GIGQ_MOVED place`, `GIGQ_RECEIVING id`.
 */

/** A script in the server's language. */
export interface Script {
  /** For messages, such as `claim`. */
  readonly name: string;
  /** The source. */
  readonly lua: string;
}

/** What a script can be given. */
export type Argument = string | number | Uint8Array;

/** A server, as operations see it. */
export interface Redis {
  /** The id of the store that was opened. */
  readonly store: string;
  /** Runs a script; replies are numbers, text, `null` and lists of those. */
  script<T>(script: Script, ...args: readonly Argument[]): Promise<T>;
  /** The same, but text arrives as the bytes that it is. */
  bytes<T>(script: Script, ...args: readonly Argument[]): Promise<T>;
}
