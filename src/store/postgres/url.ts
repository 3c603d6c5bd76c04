/** From a URL to settings: some parameters are ours, the others are those that `psql` knows too. */

import { parseDuration } from "../../core/duration.ts";
import { UsageError } from "../../core/errors.ts";
import { schemeOf } from "../../core/location.ts";
import { didYouMean } from "../../core/suggest.ts";

/** How a store on PostgreSQL is reached and used. */
export interface Settings {
  /** What the driver is given: without the parameters that are ours. */
  readonly url: string;
  readonly schema: string;
  /** The most connections that are open at once, but for the one that listens. */
  readonly pool: number;
  /** Whether statements are prepared once a connection. */
  readonly prepare: boolean;
  /** Where to listen for changes; `null`: nowhere. */
  readonly listenUrl: string | null;
  /** How long the server may take for its next answer. */
  readonly timeoutMs: number;
}

const DEFAULTS = { schema: "gigq", pool: 4, timeoutMs: 10_000 };
const MAX_POOL = 1_000;
/** PostgreSQL cuts longer names, so that two of them could mean one schema. */
const MAX_SCHEMA_BYTES = 63;

const SSL_MODES = ["disable", "prefer", "require", "verify-ca", "verify-full"];

const OURS = ["schema", "pool", "prepare", "listen", "timeout"];
const LIBPQ = [
  "host",
  "port",
  "user",
  "password",
  "ssl",
  "sslmode",
  "sslcert",
  "sslkey",
  "sslrootcert",
  "sslnegotiation",
  "uselibpqcompat",
  "application_name",
  "fallback_application_name",
  "options",
  "client_encoding",
  "connect_timeout",
];

/**
 * Reads a URL of PostgreSQL.
 *
 * @throws {UsageError} Naming the parameter that is wrong
 */
export function parseUrl(location: string): Settings {
  const [base, query] = split(location);
  const own = new Map<string, string>();
  const others: string[] = [];
  for (const part of query.split("&").filter((part) => part !== "")) {
    const [name, value] = decode(part);
    if (OURS.includes(name)) own.set(name, value);
    else if (LIBPQ.includes(name)) others.push(part);
    else throw unknownParameter(name);
  }
  checkSsl(others);
  const timeoutMs = toTimeout(own.get("timeout"), others);
  // The driver has modes of its own under the names of those of libpq, unless it is told this.
  if (others.some((part) => part.startsWith("sslmode="))) addOnce(others, "uselibpqcompat", "true");
  addOnce(others, "application_name", "gigq");
  const url = `${base}?${others.join("&")}`;
  return {
    url,
    schema: toSchema(own.get("schema")),
    pool: toPool(own.get("pool")),
    prepare: toFlag("prepare", own.get("prepare")),
    listenUrl: toListen(own.get("listen"), url),
    timeoutMs,
  };
}

function split(location: string): [string, string] {
  const scheme = schemeOf(location);
  if (scheme !== "postgres" && scheme !== "postgresql") {
    throw new UsageError("The address is not one of PostgreSQL", { hint: "Write postgres://HOST/DATABASE" });
  }
  const mark = location.indexOf("?");
  const base = mark < 0 ? location : location.slice(0, mark);
  // The text may hold a password: it is not repeated.
  if (!URL.canParse(base.replace("@/", "@localhost/").replace(":///", "://localhost/"))) {
    throw notUrl();
  }
  return [base, mark < 0 ? "" : location.slice(mark + 1)];
}

function notUrl(): UsageError {
  return new UsageError("The address of PostgreSQL is not a URL", {
    hint:
      "Write postgres://USER:PASSWORD@HOST:PORT/DATABASE, with %40 for an @ in the password, %2F for a /, %3F for a ?",
  });
}

function decode(part: string): [string, string] {
  const equals = part.indexOf("=");
  const [name, value] = equals < 0 ? [part, ""] : [part.slice(0, equals), part.slice(equals + 1)];
  // It may be a piece of a password that holds a question mark, and so may what is not known and has an @ in it.
  if (!/^\w+$/.test(name) || (!isKnown(name) && value.includes("@"))) throw notUrl();
  try {
    return [name, decodeURIComponent(value)];
  } catch {
    throw new UsageError(`The value of ${name} in the address of PostgreSQL is not properly encoded`, {
      hint: "Write %25 for a % sign",
    });
  }
}

function isKnown(name: string): boolean {
  return OURS.includes(name) || LIBPQ.includes(name);
}

function unknownParameter(name: string): UsageError {
  return new UsageError(`The address of PostgreSQL has a parameter that is not known: ${name}`, {
    hint: didYouMean(name, [...OURS, ...LIBPQ]) ?? `Those of GigQ are ${OURS.join(", ")}`,
  });
}

function addOnce(parts: string[], name: string, value: string): void {
  if (!parts.some((part) => part.startsWith(`${name}=`))) parts.push(`${name}=${value}`);
}

/** The driver takes a mode that it does not know for one that checks certificates. */
function checkSsl(others: readonly string[]): void {
  const given = new Map(others.map(decode));
  const mode = given.get("sslmode");
  if (mode === undefined) return;
  if (!SSL_MODES.includes(mode)) throw wrong("sslmode", mode, `Write one of ${SSL_MODES.join(", ")}`);
  if (mode === "verify-ca" && !given.has("sslrootcert")) {
    throw wrong("sslmode", mode, "Name the certificate to trust with sslrootcert=FILE, or say verify-full");
  }
}

function toSchema(text: string = DEFAULTS.schema): string {
  const bytes = new TextEncoder().encode(text).length;
  if (text === "" || bytes > MAX_SCHEMA_BYTES || text.includes("\0")) {
    throw wrong("schema", text, `Name a schema of 1 to ${MAX_SCHEMA_BYTES} bytes`);
  }
  // What stands for the schema in the text of statements: see `Statements.place`.
  if (text.includes("gigq.")) throw wrong("schema", text, "Name a schema without the dot");
  if (text.startsWith("pg_") || text === "information_schema") {
    throw wrong("schema", text, "Name a schema that PostgreSQL does not keep for itself");
  }
  return text;
}

function toPool(text: string = String(DEFAULTS.pool)): number {
  const pool = /^\d+$/.test(text) ? Number(text) : NaN;
  if (pool >= 1 && pool <= MAX_POOL) return pool;
  throw wrong("pool", text, `Give a number of connections from 1 to ${MAX_POOL}`);
}

function toFlag(name: string, text: string = "true"): boolean {
  if (text === "true" || text === "false") return text === "true";
  throw wrong(name, text, "Write true or false");
}

function toListen(text: string | undefined, url: string): string | null {
  if (text === undefined || text === "true") return url;
  if (text === "false") return null;
  const scheme = schemeOf(text);
  if (scheme === "postgres" || scheme === "postgresql") return text;
  throw new UsageError("listen in the address of PostgreSQL is neither true nor false nor an address", {
    hint: "Give the address of the server itself, with %3A for : and %2F for /",
  });
}

function toTimeout(text: string | undefined, others: string[]): number {
  // As libpq has it: whole seconds, for the connection alone. Ours covers it.
  const connect = others.findIndex((part) => part.startsWith("connect_timeout="));
  const seconds = connect < 0 ? undefined : others.splice(connect, 1)[0]!.slice("connect_timeout=".length);
  const chosen = text ?? seconds;
  if (chosen === undefined) return DEFAULTS.timeoutMs;
  let ms = 0;
  try {
    ms = parseDuration(chosen);
  } catch {
    // Said below, with the name of the parameter.
  }
  if (ms >= 100) return ms;
  throw wrong("timeout", chosen, "Give a duration of at least 100ms, such as 10s");
}

function wrong(name: string, value: string, hint: string): UsageError {
  return new UsageError(`${name}=${value} in the address of PostgreSQL is not possible`, { hint });
}
