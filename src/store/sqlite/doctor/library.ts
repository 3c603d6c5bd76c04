/** Which SQLite serves whom, and whether it is one that is known to damage files. */

import type { Finding } from "../../../core/ports.ts";
import type { DriverFactory } from "../driver.ts";
import { chooseDriver } from "../drivers/choose.ts";
import { ok, warning } from "../../finding.ts";

/**
 * Until 3.51.2, two connections that write and checkpoint at the same instant can damage a WAL database:
 * https://sqlite.org/wal.html#walresetbug. Older lines got the fix in these releases.
 */
const FIXED = [3, 51, 3] as const;
const FIXED_IN_LINE: readonly (readonly [number, number, number])[] = [[3, 50, 7], [3, 44, 6]];

/** Whether a version of SQLite, such as `3.50.2`, has the bug. */
export function hasWalResetBug(version: string): boolean {
  const [major = 0, minor = 0, patch = 0] = version.split(".").map(Number);
  const parts = [major, minor, patch] as const;
  if (isAtLeast(parts, FIXED)) return false;
  return !FIXED_IN_LINE.some((line) => line[0] === major && line[1] === minor && patch >= line[2]);
}

function isAtLeast(version: readonly number[], other: readonly number[]): boolean {
  for (const [index, part] of version.entries()) {
    if (part !== other[index]) return part > other[index]!;
  }
  return true;
}

/** What is to be known of a driver; tests bring their own. */
export interface DriverVersion {
  readonly name: DriverFactory["name"];
  readonly version: string;
}

/**
 * The drivers of commands and of long-running programs, each loaded and asked, on no file.
 *
 * @throws {ConfigError} When `GIGQ_SQLITE_DRIVER` demands one that cannot be loaded
 */
export async function driverVersions(): Promise<{ commands: DriverVersion; workers: DriverVersion }> {
  const [commands, workers] = [
    await chooseDriver("builtin", undefined),
    await chooseDriver("auto", undefined),
  ];
  return { commands: versionOf(commands), workers: versionOf(workers) };
}

function versionOf({ name, open }: DriverFactory): DriverVersion {
  const driver = open(":memory:", { busyMs: 0 });
  try {
    return { name, version: driver.version };
  } finally {
    driver.close();
  }
}

const ADVICE: Readonly<Record<DriverVersion["name"], string>> = {
  builtin: "Upgrade Deno, or the gigq binary, to one with SQLite 3.51.3 or later",
  ffi: "Set GIGQ_SQLITE_DRIVER=builtin, if the builtin driver is newer, or upgrade the library @db/sqlite",
};

/** One line on the drivers. */
export function checkLibrary(
  { commands, workers }: { readonly commands: DriverVersion; readonly workers: DriverVersion },
): Finding {
  const text = (driver: DriverVersion): string => `SQLite ${driver.version} (driver ${driver.name})`;
  const message = commands.name === workers.name
    ? `Commands and workers use ${text(commands)}`
    : `Commands use ${text(commands)}, workers ${text(workers)}`;
  const affected = [commands, workers].find(({ version }) => hasWalResetBug(version));
  if (affected === undefined) return ok("sqlite", message);
  return warning(
    "sqlite",
    `${message}; until 3.51.2, simultaneous checkpoints could damage a database`,
    ADVICE[affected.name],
  );
}
