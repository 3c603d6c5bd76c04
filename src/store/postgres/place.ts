/** Where a store is, as people may see it. */

import { ConfigError } from "../../core/errors.ts";
import { shownLocation } from "../../core/location.ts";
import { type Client, createClient } from "./driver.ts";
import type { Settings } from "./url.ts";

/** Without the password. */
export interface Place {
  /** Host and port, or the folder of the socket. */
  readonly server: string;
  readonly database: string;
  readonly schema: string;
  readonly user: string;
  /** The address that was given. */
  readonly location: string;
}

/**
 * Where the settings lead, with what the environment adds to them (`PGHOST` and the like).
 *
 * @throws {ConfigError} When there is no user, or the driver can make nothing of them, such as when the file of a
 * certificate is missing
 */
export function placeOf(location: string, { url, schema, timeoutMs }: Settings): Place {
  const { host, port, user, database } = readAddress(url, timeoutMs);
  if (!user) {
    throw new ConfigError(`The address ${shownLocation(location)} names no user, and neither does USER`, {
      hint: "Put one before the host, as in postgres://USER@HOST/DATABASE, or set PGUSER",
    });
  }
  const server = host.startsWith("/")
    ? `${host} (port ${port})`
    : host.includes(":")
    ? `[${host}]:${port}`
    : `${host}:${port}`;
  return { server, database, schema, user, location: shownLocation(location) };
}

function readAddress(url: string, timeoutMs: number): Pick<Client, "host" | "port" | "user" | "database"> {
  try {
    return createClient(url, timeoutMs);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new ConfigError(`The address of PostgreSQL cannot be used: ${message}`, {
      hint: "Check the parameters after the question mark, and the files they name",
      cause: error,
    });
  }
}

/** The place in one word. */
export function shown({ server, database, schema }: Place): string {
  return `${server}/${database}, schema ${schema}`;
}
