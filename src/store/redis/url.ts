/** What the address of a Redis store says. */

import { parseDuration } from "../../core/duration.ts";
import { UsageError } from "../../core/errors.ts";
import { shownLocation } from "../../core/location.ts";

/** One server. */
export interface Host {
  readonly host: string;
  readonly port: number;
}

/** An address, taken apart. */
export interface RedisUrl {
  /** At least one; several of a cluster, or the sentinels. */
  readonly hosts: readonly Host[];
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly db: number;
  readonly tls: boolean;
  /** File with the certificates to trust, instead of those of the system. */
  readonly ca: string | undefined;
  /** In its hash tag, such as `{gigq}`. */
  readonly prefix: string;
  readonly cluster: boolean;
  /** Name of the master that the sentinels watch. */
  readonly sentinel: string | undefined;
  /** Final jobs to keep; `null`: what the store was told before. */
  readonly history: number | "all" | null;
  /** How long to keep final jobs; `null`: what the store was told before. */
  readonly retainMs: number | "all" | null;
  /** For how long a call is tried. */
  readonly timeoutMs: number;
  /** For people: without user and password. */
  readonly shown: string;
}

const DEFAULT_PORT = 6379;
const DEFAULT_SENTINEL_PORT = 26379;
const DEFAULT_TIMEOUT_MS = 10_000;
const MIN_TIMEOUT_MS = 100;
/** A call that is made again for longer would be taken for a new one: see `request.ts`. */
const MAX_TIMEOUT_MS = 120_000;
const PARAMETERS = ["prefix", "ca", "cluster", "sentinel", "history", "retain", "timeout"];

/**
 * Reads an address such as `redis://user:password@host:6379/0?prefix=gigq`.
 *
 * @throws {UsageError} Naming the part that makes no sense, and never the password
 */
export function parseRedisUrl(location: string): RedisUrl {
  const shown = shownLocation(location);
  const match = /^(redis|rediss|valkey|valkeys):\/\/(?:([^@/?]*)@)?([^/?]*)(?:\/([^?]*))?(?:\?(.*))?$/i.exec(
    location,
  );
  if (match === null) throw wrong(shown, "it is not an address", "Write redis://HOST:PORT/DB");
  const [, scheme, user, authority, path, query] = match as unknown as [
    string,
    string,
    ...(string | undefined)[],
  ];
  // Else a piece of the password would be taken for a host or a setting, and named in a message.
  if (path?.includes("@") || (user === undefined && query?.includes("@"))) throw misplaced();
  const settings = readSettings(shown, query ?? "");
  const sentinel = settings.get("sentinel");
  const cluster = flag(shown, "cluster", settings.get("cluster"));
  if (cluster && sentinel !== undefined) {
    throw wrong(shown, "cluster and sentinel exclude each other", "Keep one");
  }
  const port = sentinel === undefined ? DEFAULT_PORT : DEFAULT_SENTINEL_PORT;
  const hosts = (authority === undefined || authority === "" ? "127.0.0.1" : authority).split(",")
    .map((host) => readHost(shown, host, port));
  if (hosts.length > 1 && !cluster && sentinel === undefined) {
    throw wrong(shown, "it names several hosts", "Say ?cluster=true or ?sentinel=NAME");
  }
  const db = readDb(shown, path ?? "");
  if (cluster && db !== 0) {
    throw wrong(shown, `a cluster has only database 0, not ${db}`, "Leave the number out");
  }
  const [username, password] = readUser(shown, user);
  return {
    ...{ hosts, username, password, db, cluster, sentinel, shown },
    tls: scheme.toLowerCase() === "rediss" || scheme.toLowerCase() === "valkeys",
    ca: settings.get("ca"),
    prefix: `{${readPrefix(shown, settings.get("prefix") ?? "gigq")}}`,
    history: settings.get("history") === "all" ? "all" : count(shown, "history", settings.get("history")),
    retainMs: settings.get("retain") === "all" ? "all" : duration(shown, "retain", settings.get("retain")),
    timeoutMs: readTimeout(shown, settings.get("timeout")),
  };
}

function readSettings(shown: string, query: string): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(query)) {
    if (!PARAMETERS.includes(name)) {
      if (`${name}${value}`.includes("@")) throw misplaced();
      throw wrong(shown, `there is no parameter "${name}"`, `Use ${PARAMETERS.join(", ")}`);
    }
    if (settings.has(name)) throw wrong(shown, `${name} is there twice`, "Keep one");
    if (value === "") throw wrong(shown, `${name} is empty`, "Give it a value, or leave it out");
    settings.set(name, value);
  }
  return settings;
}

function readUser(shown: string, user: string | undefined): [string | undefined, string | undefined] {
  if (user === undefined || user === "") return [undefined, undefined];
  const colon = user.indexOf(":");
  const [name, password] = colon < 0 ? [user, undefined] : [user.slice(0, colon), user.slice(colon + 1)];
  try {
    return [name === "" ? undefined : decodeURIComponent(name), password && decodeURIComponent(password)];
  } catch {
    throw wrong(shown, "user or password hold a % that is not followed by two digits", "Write %25 for %");
  }
}

function readHost(shown: string, text: string, usualPort: number): Host {
  const match = /^(\[[0-9a-f:.]+\]|[^:[\]]+)(?::(\d+))?$/i.exec(text);
  const port = match?.[2] === undefined ? usualPort : Number(match[2]);
  if (match === null || port < 1 || port > 65_535) {
    throw wrong(shown, "a host in it makes no sense", "Write HOST or HOST:PORT");
  }
  return { host: match[1]!.replace(/^\[|\]$/g, ""), port };
}

function readDb(shown: string, path: string): number {
  if (path === "") return 0;
  if (!/^\d{1,5}$/.test(path)) throw wrong(shown, `"${path}" is not the number of a database`, "Write /0");
  return Number(path);
}

function readPrefix(shown: string, prefix: string): string {
  if (/^[\w.:-]{1,64}$/.test(prefix)) return prefix;
  throw wrong(shown, `the prefix "${prefix}" is unfit`, "Use up to 64 letters, digits and _ . : -");
}

function flag(shown: string, name: string, value: string | undefined): boolean {
  if (value === undefined || value === "false") return false;
  if (value === "true") return true;
  throw wrong(shown, `${name} is "${value}"`, "Say true or false");
}

function count(shown: string, name: string, value: string | undefined): number | null {
  if (value === undefined) return null;
  if (!/^\d{1,15}$/.test(value)) throw wrong(shown, `${name} is "${value}"`, "Give a whole number, or all");
  return Number(value);
}

function duration(shown: string, name: string, value: string | undefined): number | null {
  if (value === undefined) return null;
  try {
    return parseDuration(value);
  } catch {
    throw wrong(shown, `${name} is "${value}"`, "Give a time, such as 7d or 30s");
  }
}

function readTimeout(shown: string, value: string | undefined): number {
  const timeoutMs = duration(shown, "timeout", value) ?? DEFAULT_TIMEOUT_MS;
  if (timeoutMs >= MIN_TIMEOUT_MS && timeoutMs <= MAX_TIMEOUT_MS) return timeoutMs;
  throw wrong(shown, `timeout is "${value}"`, `Give ${MIN_TIMEOUT_MS}ms to ${MAX_TIMEOUT_MS / 1_000}s`);
}

function misplaced(): UsageError {
  return wrong("The address", "user or password hold a / or ?", "Write %2F for / and %3F for ?");
}

function wrong(shown: string, what: string, hint: string): UsageError {
  return new UsageError(`${shown} cannot be used: ${what}`, { hint });
}
