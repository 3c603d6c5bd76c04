/**
 * The database files that this process has open.
 *
 * Two rules hang on it. SQLite's locks are POSIX locks, which belong to the process: closing any other handle on the
 * file drops them, so the file is looked at directly only while no store has it open. And two copies of SQLite in a
 * process do not know of each other's locks, so all stores of a file use one driver.
 */

import type { DriverName } from "./driver.ts";

interface Entry {
  readonly driver: DriverName;
  stores: number;
}

const open = new Map<string, Entry>();

/** What identifies a file whatever path leads to it. */
export function fileKey(path: string): string | undefined {
  try {
    const { dev, ino } = Deno.statSync(path);
    return ino ? `${dev}:${ino}` : Deno.realPathSync(path);
  } catch {
    return undefined;
  }
}

/** The driver that has the file open now. */
export function driverOf(key: string | undefined): DriverName | undefined {
  return key === undefined ? undefined : open.get(key)?.driver;
}

/** Notes that a store opened the file; the function returned notes that it closed it. */
export function register(key: string, driver: DriverName): () => void {
  const entry = open.get(key) ?? { driver, stores: 0 };
  entry.stores++;
  open.set(key, entry);
  return () => {
    if (--entry.stores === 0) open.delete(key);
  };
}
