/**
 * A check-up of a database. It changes nothing unless asked to fix, not even an old schema, and ends early where
 * what follows could only repeat the same news.
 */

import type { Finding } from "../../../core/ports.ts";
import { formatBytes } from "../../../output/bytes.ts";
import { Connection } from "../connection.ts";
import type { Driver, DriverFactory } from "../driver.ts";
import { chooseDriver } from "../drivers/choose.ts";
import { prepareFile } from "../file.ts";
import { readError } from "../intact.ts";
import { BUSY_MS } from "../open.ts";
import { driverOf, fileKey, register } from "../registry.ts";
import { retryWhileBusy } from "../retry.ts";
import { stateOf } from "../state.ts";
import { lookAtVersion, SCHEMA_VERSION } from "../version.ts";
import { checkContent } from "./content.ts";
import { checkFile, checkRights } from "./file.ts";
import { ok, problem, toFinding, warning } from "../../finding.ts";
import { stateFinding } from "../../state_finding.ts";
import { checkLibrary, driverVersions } from "./library.ts";
import { checkSchema } from "./schema.ts";
import { checkJobs } from "./stuck.ts";

/** What to check, and how. */
export interface DoctorOptions {
  /** Mends what can be mended without losing anything; default `false`. */
  readonly fix?: boolean;
  /** Leaves out the comparison of indexes with tables, which takes long on large files; default `false`. */
  readonly quick?: boolean;
  /** The present, in milliseconds since the epoch. */
  readonly now: number;
}

const BUSY_TIMEOUT_MS = 5_000;
/** Beyond it, commits have not managed to shorten the log for long. */
const LARGE_LOG_BYTES = 64_000_000;
/** Faults of the file that are named. */
const NAMED = 3;

/** Checks the database at an absolute path, one finding after the other. */
export async function* checkSqlite(path: string, options: DoctorOptions): AsyncGenerator<Finding> {
  try {
    yield checkLibrary(await driverVersions());
    for (const finding of checkFile(path, !options.fix)) {
      yield finding;
      if (finding.check === "file" && finding.verdict === "problem") return;
    }
  } catch (error) {
    return yield toFinding("file", error);
  }
  yield* checkOpen(path, options);
}

async function* checkOpen(path: string, options: DoctorOptions): AsyncGenerator<Finding> {
  const release: (() => void)[] = [];
  let driver: Driver | undefined;
  try {
    // Two drivers must never meet on one file: the one that commands use serves here too.
    const factory = await chooseDriver("builtin", driverOf(fileKey(path)));
    const inUse = prepareFile(path, false) === "open";
    release.push(register(fileKey(path) ?? path, factory.name));
    driver = await retryWhileBusy(BUSY_TIMEOUT_MS, () => open(path, factory, inUse));
    yield* inspect(driver, path, factory, options);
  } catch (error) {
    yield toFinding("open", readError(error, path));
  } finally {
    driver?.close();
    for (const end of release) end();
  }
}

/**
 * A connection that only reads would leave `-wal` and `-shm` behind where there were none; one that may write tidies
 * them up, and is told not to write.
 */
function open(path: string, factory: DriverFactory, inUse: boolean): Driver {
  const driver = factory.open(path, { busyMs: BUSY_MS, readOnly: inUse });
  try {
    driver.exec("PRAGMA query_only = ON");
    lookAtVersion(driver, path);
    return driver;
  } catch (error) {
    driver.close();
    throw error;
  }
}

function* inspect(
  driver: Driver,
  path: string,
  factory: DriverFactory,
  { fix = false, quick = false, now }: DoctorOptions,
): Generator<Finding> {
  if (fix && Deno.build.os !== "windows") yield checkRights(path, fix);
  const integrity = checkIntegrity(driver, quick);
  yield integrity;
  // In a file that is not whole, everything else may be a consequence.
  if (integrity.verdict === "problem") return;
  const schema = checkSchema(driver, path, factory.open);
  yield schema;
  if (schema.verdict === "ok" && lookAtVersion(driver, path) === SCHEMA_VERSION) {
    const moving = stateFinding("move", "This queue", stateOf(new Connection(driver)));
    if (moving !== null) yield moving;
    yield* checkContent(driver);
    if (moving?.verdict !== "problem") yield* checkJobs(driver, now);
  }
  yield checkLog(path, factory, fix);
}

function checkIntegrity(driver: Driver, quick: boolean): Finding {
  const pragma = quick ? "quick_check" : "integrity_check";
  const rows = driver.prepare(`PRAGMA ${pragma}(${NAMED})`).all<Record<string, string>>();
  const faults = rows.map((row) => row[pragma] ?? "").filter((fault) => fault !== "ok");
  if (faults.length === 0) return ok("integrity", `The file is whole (${pragma})`);
  return problem(
    "integrity",
    `The file is damaged: ${faults.join("; ")}`,
    "Restore it from a backup, or save what is left with: sqlite3 FILE .recover",
  );
}

/** The log beside the database, which commits move into it now and then. */
function checkLog(path: string, factory: DriverFactory, fix: boolean): Finding {
  const bytes = logBytes(path);
  const size = formatBytes(bytes);
  if (fix && bytes > 0) return truncateLog(path, factory, bytes);
  if (bytes <= LARGE_LOG_BYTES) return ok("log", `${size} wait in the log`);
  return warning(
    "log",
    `${size} wait in the log ${path}-wal: a reader that stays, or a crash, kept them from the database`,
    "End programs that read the database for long, then run gigq doctor --fix",
  );
}

function truncateLog(path: string, factory: DriverFactory, bytes: number): Finding {
  const driver = factory.open(path, { busyMs: BUSY_MS });
  const size = formatBytes(bytes);
  try {
    const { busy } = driver.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get<{ busy: number }>()!;
    if (busy === 0) return ok("log", `Moved ${size} from the log into the database`, true);
    const message = `${size} wait in the log, which is in use`;
    return bytes <= LARGE_LOG_BYTES
      ? ok("log", message)
      : warning("log", message, "End other programs, and run it again");
  } finally {
    driver.close();
  }
}

function logBytes(path: string): number {
  try {
    return Deno.statSync(`${path}-wal`).size;
  } catch {
    return 0;
  }
}
