/** The way to the server: it is kept up, and a call whose answer was lost is made again. */

import { createHash } from "node:crypto";
import { ClosedError, UnavailableError } from "../../core/errors.ts";
import { Connection } from "./connection.ts";
import { classify, type Failure, isUnknownScript, LostConnection, nameOf } from "./errors.ts";
import { REPEATED_MS } from "./request.ts";
import type { Argument, Redis, Script } from "./script.ts";
import { meetServer } from "./server_run.ts";
import type { Host, RedisUrl } from "./url.ts";

const FIRST_PAUSE_MS = 50;
const LONGEST_PAUSE_MS = 1_000;
/** How long a call waits for a server that is down: workers must hear of it long before their leases end. */
const DOWN_MS = 500;

/** How a call is made. */
interface CallOptions {
  /** Whether text in the answer arrives as bytes. */
  readonly bytes?: boolean;
  /** Time that the command itself waits. */
  readonly waitMs?: number;
  /** Whether a server that is down is waited for; default `true`. */
  readonly patient?: boolean;
}

/** Calls to one server, over one connection at a time. */
export class Line implements Redis {
  readonly url: RedisUrl;
  /** Id of the store, once it is known; handed to every script. */
  store = "";
  readonly #ca: string | undefined;
  readonly #hashes = new WeakMap<Script, string>();
  readonly #closed = new AbortController();
  #connection: Connection | undefined;
  #connecting: Promise<Connection> | undefined;
  #hosts: readonly Host[] = [];
  /** Failed connections in a row. */
  #failed = 0;

  /** @param ca The certificate to trust, as text */
  constructor(url: RedisUrl, ca: string | undefined) {
    this.url = url;
    this.#ca = ca;
  }

  /** Another line to the same server, for calls that wait. */
  another(): Line {
    const line = new Line(this.url, this.#ca);
    line.store = this.store;
    return line;
  }

  script<T>(script: Script, ...args: readonly Argument[]): Promise<T> {
    return this.#run(script, args, {}) as Promise<T>;
  }

  bytes<T>(script: Script, ...args: readonly Argument[]): Promise<T> {
    return this.#run(script, args, { bytes: true }) as Promise<T>;
  }

  /** Sends a command that may be sent twice. */
  command<T>(command: string, args: readonly Argument[], options: CallOptions = {}): Promise<T> {
    return this.#again(
      (connection) => connection.call(options.bytes ?? false, command, args, options.waitMs),
      options,
    ) as Promise<T>;
  }

  /** Whether it was ended. */
  get closed(): boolean {
    return this.#closed.signal.aborted;
  }

  /** Waits, but not longer than until it is closed. */
  pause(ms: number): Promise<void> {
    return sleep(ms, this.#closed.signal);
  }

  /** Ends it, with all calls that still wait. */
  close(): void {
    this.#closed.abort();
    this.#connection?.cut(new LostConnection("the queue was closed"));
  }

  #run(script: Script, args: readonly Argument[], { bytes = false }: CallOptions): Promise<unknown> {
    let hash = this.#hashes.get(script);
    if (hash === undefined) {
      hash = createHash("sha1").update(script.lua).digest("hex");
      this.#hashes.set(script, hash);
    }
    const rest = [1, this.url.prefix, this.store, ...args];
    return this.#again(async (connection) => {
      try {
        return await connection.call(bytes, "EVALSHA", [hash, ...rest]);
      } catch (error) {
        // After a restart, on another server of a cluster, or the first time: the server keeps what it was sent.
        if (!isUnknownScript(error)) throw error;
        return await connection.call(bytes, "EVAL", [script.lua, ...rest]);
      }
    }, {});
  }

  /** Tries a call until its deadline. */
  async #again(
    call: (connection: Connection) => Promise<unknown>,
    { patient = true }: CallOptions,
  ): Promise<unknown> {
    const since = performance.now();
    // A machine that sleeps stops the other clock, and the server forgets meanwhile.
    const wallSince = Date.now();
    for (let tries = 0;; tries++) {
      let used: Connection | undefined;
      let failure: Failure;
      try {
        used = await this.#connected();
        return await call(used);
      } catch (error) {
        failure = classify(error, this.url);
      }
      if (failure.reconnect) used?.cut(failure.error);
      const pause = pauseMs(tries);
      const hopeless = !failure.passes || (!patient && failure.reconnect) ||
        Date.now() - wallSince > REPEATED_MS;
      const until = since + (isDown(failure) ? Math.min(DOWN_MS, this.url.timeoutMs) : this.url.timeoutMs);
      if (hopeless || this.#closed.signal.aborted || performance.now() + pause > until) throw failure.error;
      await sleep(pause, this.#closed.signal);
    }
  }

  #connected(): Promise<Connection> {
    if (this.#closed.signal.aborted) return Promise.reject(closedError(this.url));
    if (this.#connection?.usable) return Promise.resolve(this.#connection);
    return this.#connecting ??= this.#connect().finally(() => this.#connecting = undefined);
  }

  async #connect(): Promise<Connection> {
    if (this.#failed > 0) await sleep(pauseMs(this.#failed - 1), this.#closed.signal);
    try {
      const connection = await Connection.open(this.url, this.attemptMs, this.#hosts, this.#ca);
      await meetServer(connection, this.url.prefix);
      this.#failed = 0;
      this.#hosts = connection.hosts;
      this.#connection = connection;
      if (this.#closed.signal.aborted) connection.cut(closedError(this.url));
      return connection;
    } catch (error) {
      this.#failed++;
      throw error;
    }
  }

  /** How long one try may take: a second one shall fit in. */
  get attemptMs(): number {
    return this.url.timeoutMs / 2;
  }
}

function isDown({ error }: Failure): boolean {
  return error instanceof UnavailableError && error.down;
}

/** For calls to a store that is closed. */
export function closedError(url: RedisUrl): ClosedError {
  return new ClosedError(`${nameOf(url)} is closed: this queue is not used any more`, {
    hint: "Open it again",
  });
}

/** Doubles, and differs between processes, so that they do not come back all at once. */
function pauseMs(tries: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries) * (0.5 + Math.random() / 2);
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener("abort", done, { once: true });
  });
}
