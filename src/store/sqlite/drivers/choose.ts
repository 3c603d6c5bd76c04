/** Which driver serves a file. */

import { ConfigError } from "../../../core/errors.ts";
import type { DriverFactory, DriverName } from "../driver.ts";
import { readEnv } from "../permissions.ts";
import { builtin } from "./builtin.ts";

/** `auto`: the native library where it can be had, else the builtin one. */
export type DriverChoice = "auto" | DriverName;

/**
 * The driver to open a file with. `GIGQ_SQLITE_DRIVER` decides over the wish of the caller, and a driver that has
 * the file open already over both.
 *
 * @param inUse The driver that has the file open in this process
 * @throws {ConfigError} When the native library is demanded and cannot be loaded
 */
export async function chooseDriver(
  wish: DriverChoice,
  inUse: DriverName | undefined,
): Promise<DriverFactory> {
  const choice = inUse ?? fromEnv() ?? wish;
  if (choice === "builtin") return builtin;
  const { loadFfi } = await import("./ffi.ts");
  const loaded = await loadFfi(choice === "ffi");
  if (loaded.driver !== undefined) return loaded.driver;
  if (choice === "auto") return builtin;
  throw new ConfigError(`The native SQLite driver cannot be loaded: ${loaded.why}`, {
    hint: "Unset GIGQ_SQLITE_DRIVER to use the builtin driver",
    cause: loaded.cause,
  });
}

function fromEnv(): DriverChoice | undefined {
  const value = readEnv("GIGQ_SQLITE_DRIVER");
  if (value === undefined || value === "") return undefined;
  if (value === "auto" || value === "ffi" || value === "builtin") return value;
  throw new ConfigError(`GIGQ_SQLITE_DRIVER is "${value}", which is no driver`, {
    hint: "Set it to ffi, builtin or auto",
  });
}
