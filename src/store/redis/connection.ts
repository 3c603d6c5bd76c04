/** One connection to a server or a cluster. It is never mended: whoever uses it makes another one. */

import { Cluster, type ClusterOptions, Redis, type RedisOptions } from "ioredis";
import { formatDuration } from "../../core/duration.ts";
import { LostConnection } from "./errors.ts";
import type { Argument } from "./script.ts";
import type { Host, RedisUrl } from "./url.ts";

const KEEPALIVE_MS = 15_000;

/** A call that has no answer yet. */
interface Pending {
  readonly expiresAt: number;
  readonly fail: (error: Error) => void;
}

/**
 * Every call has a deadline, after which the connection is cut: what comes later than that is not waited for. Nothing is
 * sent twice here, and nothing is kept for a connection to come.
 */
export class Connection {
  readonly #client: Redis | Cluster;
  readonly #deadlineMs: number;
  /** Oldest first: all calls may take the same time. */
  readonly #pending = new Set<Pending>();
  #watchdog: ReturnType<typeof setTimeout> | undefined;
  #lost: Error | undefined;

  private constructor(client: Redis | Cluster, deadlineMs: number) {
    this.#client = client;
    this.#deadlineMs = deadlineMs;
    client.on("end", () => this.cut(new LostConnection("the connection was closed")));
  }

  /**
   * Connects and signs in.
   *
   * @param known Servers of the cluster that were seen before
   * @param ca The certificate to trust, as text
   */
  static async open(
    url: RedisUrl,
    deadlineMs: number,
    known: readonly Host[],
    ca: string | undefined,
  ): Promise<Connection> {
    const client = url.cluster
      ? new Cluster([...known, ...url.hosts], clusterOptions(url, deadlineMs, ca))
      : new Redis(serverOptions(url, deadlineMs, ca));
    let reported: Error | undefined;
    client.on("error", (error: Error) => reported ??= rootOf(error));
    const timer = setTimeout(() => {
      reported ??= unanswered(deadlineMs);
      client.disconnect();
    }, deadlineMs);
    try {
      await client.connect();
    } catch (error) {
      client.disconnect();
      throw reported ?? rootOf(error as Error);
    } finally {
      clearTimeout(timer);
    }
    // A database that cannot be selected is reported, and the connection stays with another one.
    if (reported !== undefined) {
      client.disconnect();
      throw reported;
    }
    return new Connection(client, deadlineMs);
  }

  /** Whether calls can be made. */
  get usable(): boolean {
    return this.#lost === undefined;
  }

  /** The servers of a cluster, as far as they are known. */
  get hosts(): readonly Host[] {
    if (!(this.#client instanceof Cluster)) return [];
    return this.#client.nodes("all").map(({ options }) => ({ host: options.host!, port: options.port! }));
  }

  /**
   * Sends one command.
   *
   * @param extraMs Time that the command itself takes, if it waits
   */
  call(bytes: boolean, command: string, args: readonly Argument[], extraMs = 0): Promise<unknown> {
    if (this.#lost !== undefined) return Promise.reject(this.#lost);
    return new Promise((resolve, reject) => {
      const pending = { expiresAt: performance.now() + this.#deadlineMs + extraMs, fail: reject };
      this.#pending.add(pending);
      this.#watch();
      const settle = <T>(then: (value: T) => void) => (value: T): void => {
        this.#pending.delete(pending);
        then(value);
      };
      this.#send(bytes, command, args).then(settle(resolve), settle(reject));
    });
  }

  /** Ends the connection and every call that waits for an answer. */
  cut(error: Error): void {
    if (this.#lost !== undefined) return;
    this.#lost = error;
    clearTimeout(this.#watchdog);
    this.#client.disconnect();
    for (const { fail } of this.#pending) fail(error);
    this.#pending.clear();
  }

  #send(bytes: boolean, command: string, args: readonly Argument[]): Promise<unknown> {
    const sent = args.map((value) => value instanceof Uint8Array ? bufferOf(value) : value);
    return bytes ? this.#client.callBuffer(command, ...sent) : this.#client.call(command, ...sent);
  }

  /** One timer for all calls: it looks at the oldest. */
  #watch(): void {
    if (this.#watchdog !== undefined) return;
    const [oldest] = this.#pending;
    if (oldest === undefined) return;
    this.#watchdog = setTimeout(() => {
      this.#watchdog = undefined;
      const [first] = this.#pending;
      if (first === undefined) return;
      if (first.expiresAt > performance.now()) this.#watch();
      else this.cut(unanswered(this.#deadlineMs));
    }, Math.max(1, oldest.expiresAt - performance.now()));
  }
}

function unanswered(ms: number): LostConnection {
  return new LostConnection(`no answer within ${formatDuration(ms)}`);
}

/** What a client that gave up says is seldom why. */
function rootOf(error: Error & { lastNodeError?: Error }): Error {
  return error.lastNodeError ?? error;
}

function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** The client mends nothing by itself, so that no command is sent twice behind our back. */
function serverOptions(url: RedisUrl, deadlineMs: number, ca: string | undefined): RedisOptions {
  const [{ host, port }] = url.hosts as [Host];
  const tls = url.tls ? { tls: ca === undefined ? {} : { ca } } : {};
  const place = url.sentinel === undefined ? { host, port } : {
    sentinels: [...url.hosts],
    name: url.sentinel,
    enableTLSForSentinelMode: url.tls,
    sentinelRetryStrategy: () => null,
  };
  return {
    ...place,
    ...tls,
    ...commonOptions(url, deadlineMs),
    db: url.db,
    retryStrategy: null,
    enableOfflineQueue: false,
  };
}

function clusterOptions(url: RedisUrl, deadlineMs: number, ca: string | undefined): ClusterOptions {
  const tls = url.tls ? { tls: ca === undefined ? {} : { ca } } : {};
  return {
    redisOptions: { ...commonOptions(url, deadlineMs), ...tls },
    lazyConnect: true,
    enableOfflineQueue: false,
    clusterRetryStrategy: () => null,
    retryDelayOnFailover: 0,
    retryDelayOnClusterDown: 0,
    retryDelayOnTryAgain: 0,
    slotsRefreshTimeout: deadlineMs,
  };
}

function commonOptions({ username, password }: RedisUrl, deadlineMs: number): Partial<RedisOptions> {
  return {
    // By its name the usual user may bring a password that it does not need; without, the client warns on stderr.
    username: username ?? (password === undefined ? undefined : "default"),
    password,
    protocol: 2,
    lazyConnect: true,
    connectTimeout: deadlineMs,
    keepAlive: KEEPALIVE_MS,
    autoResendUnfulfilledCommands: false,
    maxRetriesPerRequest: 0,
    enableReadyCheck: false,
    disableClientInfo: true,
    connectionName: "gigq",
  };
}
