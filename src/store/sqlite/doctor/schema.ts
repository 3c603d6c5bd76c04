/** Whether the schema is the one that its version names. */

import type { Finding } from "../../../core/ports.ts";
import type { Driver, DriverFactory } from "../driver.ts";
import { migrate } from "../migrate.ts";
import { lookAtVersion, SCHEMA_VERSION } from "../version.ts";
import { ok, problem } from "../../finding.ts";

interface Item {
  readonly name: string;
  readonly sql: string;
}

/**
 * Compares with a fresh database.
 *
 * @throws {DataError} When the file is somebody else's
 * @throws {ConfigError} When its schema is newer than this code
 */
export function checkSchema(driver: Driver, path: string, open: DriverFactory["open"]): Finding {
  const version = lookAtVersion(driver, path);
  if (version === 0) return ok("schema", "None yet: the next command makes it");
  if (version < SCHEMA_VERSION) {
    return ok("schema", `Version ${version}; the next command upgrades it to ${SCHEMA_VERSION}`);
  }
  const [found, expected] = [items(driver), fresh(open)];
  const wrong = [...expected].filter(([name, sql]) => found.get(name) !== sql).map(([name]) => name);
  if (wrong.length === 0) return ok("schema", `Version ${version}`);
  return problem(
    "schema",
    `Version ${version}, but missing or changed: ${wrong.join(", ")}`,
    "Restore the file from a backup: another program altered it",
  );
}

function items(driver: Driver): Map<string, string> {
  const rows = driver.prepare("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL").all<Item>();
  return new Map(rows.map(({ name, sql }) => [name, sql]));
}

function fresh(open: DriverFactory["open"]): Map<string, string> {
  const driver = open(":memory:", { busyMs: 0 });
  try {
    migrate(driver, ":memory:");
    return items(driver);
  } finally {
    driver.close();
  }
}
