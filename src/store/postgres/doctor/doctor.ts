/** A check-up of a queue on a PostgreSQL server. It changes nothing, and makes no schema where there is none. */

import type { Finding } from "../../../core/ports.ts";
import { ok, problem, toFinding } from "../../finding.ts";
import { stateFinding } from "../../state_finding.ts";
import { Connection } from "../connection.ts";
import { toUserError } from "../errors.ts";
import { parseState } from "../../refusal.ts";
import { look, SCHEMA_VERSION, type StoreRow } from "../identity.ts";
import { type Place, placeOf, shown } from "../place.ts";
import { Statements } from "../statements.ts";
import { parseUrl, type Settings } from "../url.ts";
import { checkContent } from "./content.ts";
import { checkNotices } from "./notices.ts";
import { checkSchedules } from "./overdue.ts";
import { checkRights } from "./rights.ts";
import { checkConnections, checkDurability, describe } from "./server.ts";
import { checkJobs } from "./stuck.ts";
import { checkTransactions, checkVacuum } from "./vacuum.ts";

/** Comparing all tables with each other takes as long as reading them. */
const LONG_TIMEOUT_MS = 10 * 60_000;

/** What is checked, and how. */
export interface PostgresDoctorOptions {
  /** Leaves out what takes long on large stores; default `false`. */
  readonly quick?: boolean;
}

/** Checks one after the other; ends early where what follows could only repeat the same news. */
export async function* checkPostgres(
  location: string,
  options: PostgresDoctorOptions,
): AsyncGenerator<Finding> {
  let place: Place | undefined;
  let connection: Connection | undefined;
  try {
    const settings = parseUrl(location);
    place = placeOf(location, settings);
    connection = await connect(settings);
    yield* inspect(connection, settings, place, options);
  } catch (error) {
    yield toFinding("server", place === undefined ? error : toUserError(error, place));
  } finally {
    await connection?.close();
  }
}

function connect({ url, schema, prepare, timeoutMs }: Settings): Promise<Connection> {
  return Connection.open(url, new Statements(schema, prepare), Math.max(timeoutMs, LONG_TIMEOUT_MS));
}

async function* inspect(
  connection: Connection,
  settings: Settings,
  place: Place,
  { quick = false }: PostgresDoctorOptions,
): AsyncGenerator<Finding> {
  yield* describe(connection, place);
  yield checkDurability(await settingsOf(connection));
  yield await checkConnections(connection);
  const store = await look(connection, place);
  yield describeStore(store, place);
  if (store === null || store.version < SCHEMA_VERSION) return;
  const rights = await checkRights(connection, place);
  yield rights;
  const moving = stateFinding("move", "This queue", parseState(store.state));
  if (moving !== null) yield moving;
  if (rights.verdict === "problem" || moving?.verdict === "problem") return;
  yield* checkVacuum(connection, place);
  yield await checkTransactions(connection);
  yield await checkNotices(connection, settings, place);
  yield* checkJobs(connection);
  const schedules = await checkSchedules(connection);
  if (schedules !== null) yield schedules;
  if (!quick) yield* checkContent(connection);
}

/** Settings of the server, by name. */
async function settingsOf(connection: Connection): Promise<ReadonlyMap<string, string>> {
  const rows = await connection.all<{ name: string; setting: string }>(
    "SELECT name, setting FROM pg_settings WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit')",
  );
  return new Map(rows.map(({ name, setting }) => [name, setting]));
}

function describeStore(store: StoreRow | null, place: Place): Finding {
  if (store === null) {
    return problem(
      "schema",
      `There is no store at ${shown(place)}`,
      "Name another one with --db; gigq submit makes one",
    );
  }
  const { version, id } = store;
  if (version < SCHEMA_VERSION) {
    return ok(
      "schema",
      `Version ${version} in ${shown(place)}; the next command upgrades it to ${SCHEMA_VERSION}`,
    );
  }
  return ok("schema", `Version ${SCHEMA_VERSION} in ${shown(place)}, id ${id}`);
}
