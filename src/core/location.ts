/** Where a queue is, and what of that may be shown. */

const SCHEME = /^([a-z][a-z0-9+.-]+):\/\//i;

/** The scheme of a URL in lower case, such as `postgres`; `null` for a path. */
export function schemeOf(location: string): string | null {
  return SCHEME.exec(location)?.[1]?.toLowerCase() ?? null;
}

/**
 * A location as people may see it: without the user, the password and the settings of a URL.
 *
 * @example
 * ```ts
 * import assert from "node:assert/strict";
 * import { shownLocation } from "./location.ts";
 *
 * assert.equal(shownLocation("postgres://ann:secret@db.example:5433/jobs?schema=x"), "postgres://db.example:5433/jobs?schema=x");
 * assert.equal(shownLocation("/srv/gigq.db"), "/srv/gigq.db");
 * ```
 */
export function shownLocation(location: string): string {
  if (schemeOf(location) === null || schemeOf(location) === "file") return location;
  const [before, query = ""] = location.split("?", 2) as [string, string?];
  // An @ that comes late: the password holds a character that ends it for others, and shall not be seen either.
  if (!before.includes("@") && query.includes("@")) return `${schemeOf(location)}://…`;
  const address = before.replace(/^([^:]+:\/\/).*@/, "$1");
  const kept = query.split("&").filter((part) => /^(schema|prefix)=/.test(part)).join("&");
  return kept === "" ? address : `${address}?${kept}`;
}
