/** Where a queue is, and what of that may be shown. */

const SCHEME = /^([a-z][a-z0-9+.-]+):\/\//i;

/** The scheme of a URL in lower case, such as `postgres`; `null` for a path. */
export function schemeOf(location: string): string | null {
  return SCHEME.exec(location)?.[1]?.toLowerCase() ?? null;
}

/** The kinds of servers that can keep a queue. */
export type Server = "postgres" | "redis";

const SERVERS: ReadonlyMap<string, Server> = new Map([
  ["postgres", "postgres"],
  ["postgresql", "postgres"],
  ["redis", "redis"],
  ["rediss", "redis"],
  ["valkey", "redis"],
  ["valkeys", "redis"],
]);

/** The kind of server that a location names; `null` for a file, and for what is not known. */
export function serverOf(location: string): Server | null {
  return SERVERS.get(schemeOf(location) ?? "") ?? null;
}

/** The scheme of a server whose two slashes are missing, such as `redis:db.example` or `postgres:/db`; else `null`. */
export function brokenScheme(location: string): string | null {
  const scheme = /^([a-z]+):(?!\/\/)/i.exec(location)?.[1]?.toLowerCase() ?? "";
  return SERVERS.has(scheme) ? scheme : null;
}

/** Parameters of URLs whose values nobody else may see. */
const SECRET_PARAMETERS = ["password", "sslpassword"];

/** The passwords in a location, as they stand there and as they are meant: what jobs say is kept free of them. */
export function passwordsOf(location: string): readonly string[] {
  if (schemeOf(location) === null || schemeOf(location) === "file") return [];
  const mark = location.indexOf("?");
  const [before, query] = mark < 0 ? [location, ""] : [location.slice(0, mark), location.slice(mark + 1)];
  const [, typed = ""] = /^[^:]+:\/\/[^:@]*:(.*)@/.exec(before) ?? [];
  const found = [...new URLSearchParams(query)].flatMap(([name, value]) =>
    SECRET_PARAMETERS.includes(name) ? [value] : passwordsOf(value)
  );
  return [...new Set([typed, decoded(typed), ...found])].filter((text) => text !== "");
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * A location as people may see it: without the user, the password and the settings of a URL.
 */
export function shownLocation(location: string): string {
  if (schemeOf(location) === null || schemeOf(location) === "file") return location;
  const [before, query = ""] = location.split("?", 2) as [string, string?];
  // An @ that comes late: the password holds a character that ends it for others, and shall not be seen either.
  const late = query.split("&").filter((part) => part.includes("@"));
  if (late.some((part) => !before.includes("@") || !/^\w+=/.test(part))) return `${schemeOf(location)}://…`;
  const address = before.replace(/^([^:]+:\/\/).*@/, "$1");
  const kept = query.split("&").filter((part) => /^(schema|prefix)=/.test(part)).join("&");
  return kept === "" ? address : `${address}?${kept}`;
}
