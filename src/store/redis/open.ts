/** From an address to a store: the connection, the server's version, the identity, the time. */

import { ConfigError } from "../../core/errors.ts";
import { ServerClock } from "../server_clock.ts";
import { ForbiddenError, nameOf } from "./errors.ts";
import { openIdentity } from "./identity.ts";
import { Line } from "./line.ts";
import { limitHistory } from "./retention.ts";
import { RedisStore } from "./store.ts";
import { parseRedisUrl, type RedisUrl } from "./url.ts";

/** The oldest server whose scripts can do what a queue needs. */
const MIN_VERSION = "6.2";

/** How a store is opened. */
export interface RedisOptions {
  /** Make the queue when there is none under the prefix; default `true`. */
  readonly create?: boolean;
}

/** A store and the time of its server. */
export interface OpenedRedis {
  readonly store: RedisStore;
  readonly now: () => number;
}

/**
 * Opens (and by default creates) a queue on a Redis or Valkey server.
 *
 * @throws {UsageError} When the address makes no sense
 * @throws {UnavailableError} When the server cannot be reached, or holds no queue and none is to be made
 * @throws {ConfigError} When it refuses the user, is too old, or holds a queue of a newer GigQ
 */
export async function openRedis(location: string, options: RedisOptions = {}): Promise<OpenedRedis> {
  const url = parseRedisUrl(location);
  const line = new Line(url, url.ca === undefined ? undefined : await readCertificate(url.ca, url));
  try {
    await checkVersion(line);
    line.store = await openIdentity(line, options.create ?? true);
    await limitHistory(line, url);
    const clock = new ServerClock(() => timeOf(line));
    await clock.sample();
    return { store: new RedisStore(line), now: () => clock.now() };
  } catch (error) {
    line.close();
    throw error;
  }
}

/** Milliseconds since the epoch, by the server. */
async function timeOf(line: Line): Promise<number> {
  const [seconds, micros] = await line.command<[string, string]>("TIME", []);
  return Number(seconds) * 1_000 + Number(micros) / 1_000;
}

async function checkVersion(line: Line): Promise<void> {
  const version = await readVersion(line);
  if (version === null || !older(version, MIN_VERSION)) return;
  throw new ConfigError(
    `${nameOf(line.url)} runs version ${version}, and GigQ needs ${MIN_VERSION} or newer`,
    {
      hint: `Use Redis ${MIN_VERSION} or newer, or Valkey`,
    },
  );
}

/** `null` where the user may not ask. */
async function readVersion(line: Line): Promise<string | null> {
  try {
    const info = await line.command<string>("INFO", ["server"], { patient: false });
    return /^redis_version:(\S+)/m.exec(info)?.[1] ?? null;
  } catch (error) {
    if (error instanceof ForbiddenError) return null;
    throw error;
  }
}

/** Whether a version such as `6.0.16` comes before another. */
function older(version: string, than: string): boolean {
  const [a, b] = [version, than].map((text) => text.split(".").map(Number));
  const place = b!.findIndex((number, index) => a![index] !== number);
  return place >= 0 && (a![place] ?? 0) < b![place]!;
}

async function readCertificate(path: string, url: RedisUrl): Promise<string> {
  try {
    return await Deno.readTextFile(path);
  } catch (cause) {
    throw new ConfigError(`${nameOf(url)}: the certificate ${path} cannot be read`, {
      hint: "Correct ?ca=",
      cause,
    });
  }
}
