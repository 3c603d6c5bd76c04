/** What went wrong on PostgreSQL, said once in words that help. Never with a password. */

import {
  BusyError,
  ClosedError,
  ConfigError,
  DataError,
  DiskFullError,
  GigqError,
  UnavailableError,
  UsageError,
} from "../../core/errors.ts";
import { isServerFailure, type ServerFailure, Severed } from "./failure.ts";
import { type Place, shown } from "./place.ts";
import { quoteIdentifier } from "./statements.ts";
import { Unreadable } from "../unreadable.ts";

/**
 * The error for a user. Errors of our own, and failures that only a bug in GigQ can cause, pass unchanged. Text that
 * is no JSON (a `SyntaxError`) can only come from what is stored: what is to be stored was checked.
 */
export function toUserError(error: unknown, place: Place): unknown {
  if (error instanceof GigqError) return error;
  if (error instanceof Unreadable || error instanceof SyntaxError) return unreadable(error, place);
  if (error instanceof Severed) return severed(error, place);
  if (error instanceof Error && /client password must be/.test(error.message)) {
    return noPassword(error, place);
  }
  return isServerFailure(error) ? fromServer(error, place) : error;
}

/** The driver finds out by itself. */
function noPassword(cause: Error, { server, user }: Place): ConfigError {
  return new ConfigError(`PostgreSQL at ${server} wants a password from ${user}`, {
    hint: "Write it into the address, postgres://USER:PASSWORD@HOST/DATABASE, or set PGPASSWORD",
    cause,
  });
}

function severed(error: Severed, place: Place): GigqError {
  const { message } = error;
  if (/does not support SSL/.test(message)) {
    return new ConfigError(`PostgreSQL at ${place.server} does not speak TLS`, {
      hint: "Switch TLS on at the server, or say sslmode=disable in the address",
      cause: error,
    });
  }
  if (/certificate|altnames/i.test(message)) {
    return new ConfigError(`The certificate of PostgreSQL at ${place.server} is not trusted: ${message}`, {
      hint: "Name the file of the authority that signed it with sslrootcert=FILE in the address",
      cause: error,
    });
  }
  const why = message === "timeout expired" ? "no answer in time" : message.replace(/^connect /, "");
  return new UnavailableError(`PostgreSQL at ${place.server} cannot be reached: ${why}`, {
    hint: "Check that the server runs, and that the address is right",
    cause: error,
    down: error.down,
  });
}

type Translation = (failure: ServerFailure, place: Place) => GigqError;

const REFUSED: Translation = (cause, { server, user }) =>
  new ConfigError(`PostgreSQL at ${server} does not let ${user} in: ${cause.message}`, {
    hint: / no encryption$/.test(cause.message)
      ? "Say sslmode=verify-full in the address (or require), or allow it in pg_hba.conf of the server"
      : "Check the user and the password in the address, PGPASSWORD, and pg_hba.conf of the server",
    cause,
  });

const FULL: Translation = (cause, place) =>
  new DiskFullError(`PostgreSQL at ${place.server} has no space left on its disk`, {
    hint: "Free some space on the server and try again; nothing was half-written",
    cause,
  });

const LOCKED: Translation = (cause, place) =>
  new BusyError(`The store at ${shown(place)} is locked by another session: ${cause.message}`, {
    hint: "Try again; if it stays locked, look for an old transaction in pg_stat_activity",
    cause,
  });

const LEAVING: Translation = (cause, place) =>
  new UnavailableError(`PostgreSQL at ${place.server} ended the connection: ${cause.message}`, {
    hint: "Try again once the server is up",
    cause,
    down: cause.code === "57P03",
  });

const READ_ONLY: Translation = (_cause, place) => replica(place);

const UNPREPARED: Translation = (cause, place) =>
  new ConfigError(
    `A pooler before PostgreSQL at ${place.server} mixes up prepared statements: ${cause.message}`,
    {
      hint: "Say prepare=false in the address, or use PgBouncer 1.21 or newer with max_prepared_statements",
      cause,
    },
  );

const OUT_OF_MEMORY: Translation = (cause, place) =>
  new UnavailableError(`PostgreSQL at ${place.server} is out of memory: ${cause.message}`, {
    hint: "Try again; if it stays so, give the server more memory, or max_locks_per_transaction",
    cause,
  });

const NUL: Translation = (cause) =>
  new UsageError("A name, tag or key holds the character U+0000, which PostgreSQL cannot store", {
    hint: "Leave it out; params, results and output may hold it",
    cause,
  });

const GONE: Translation = (_cause, place) => schemaGone(place);

const BY_CODE: Readonly<Record<string, Translation>> = {
  "08P01": UNPREPARED,
  "22021": NUL,
  "25006": READ_ONLY,
  "26000": UNPREPARED,
  "28000": REFUSED,
  "28P01": REFUSED,
  "3D000": (cause, { server, database }) =>
    new ConfigError(`There is no database ${database} on PostgreSQL at ${server}`, {
      hint: `CREATE DATABASE ${quoteIdentifier(database)}, or name another one in the address`,
      cause,
    }),
  "3F000": GONE,
  "42501": noRights,
  "42703": altered,
  "42P01": GONE,
  "42P05": UNPREPARED,
  "53100": FULL,
  "53200": OUT_OF_MEMORY,
  "53300": (cause, { server }) =>
    new UnavailableError(`PostgreSQL at ${server} has no connection to spare: ${cause.message}`, {
      hint: "Try again, raise max_connections, or put PgBouncer before the server",
      cause,
    }),
  "55P03": LOCKED,
  "57014": LOCKED,
  "57P01": LEAVING,
  "57P02": LEAVING,
  "57P03": LEAVING,
};

function fromServer(failure: ServerFailure, place: Place): unknown {
  if (/during recovery/.test(failure.message)) return replica(place);
  const translate = BY_CODE[failure.code];
  if (translate !== undefined) return translate(failure, place);
  if (failure.code.startsWith("40")) return LOCKED(failure, place);
  if (failure.code.startsWith("08") || failure.code.startsWith("57P")) return LEAVING(failure, place);
  if (failure.code.startsWith("53")) return OUT_OF_MEMORY(failure, place);
  if (failure.code.startsWith("XX") || failure.code.startsWith("58")) return damaged(failure, place);
  return failure;
}

function noRights(cause: ServerFailure, place: Place): ConfigError {
  const { schema, user, database } = place;
  const [name, role] = [quoteIdentifier(schema), quoteIdentifier(user)];
  const hint = /database/.test(cause.message)
    ? `GRANT CREATE ON DATABASE ${
      quoteIdentifier(database)
    } TO ${role}, or CREATE SCHEMA ${name} AUTHORIZATION ${role}`
    : `GRANT ALL ON SCHEMA ${name} TO ${role}, and GRANT ALL ON ALL TABLES and SEQUENCES IN SCHEMA ${name}, too`;
  return new ConfigError(`User ${user} lacks a right on PostgreSQL at ${shown(place)}: ${cause.message}`, {
    hint,
    cause,
  });
}

function altered(cause: ServerFailure, place: Place): DataError {
  return new DataError(`The store at ${shown(place)} was altered by another program: ${cause.message}`, {
    hint: "Restore it from a backup",
    cause,
  });
}

function damaged(cause: ServerFailure, place: Place): DataError {
  return new DataError(`PostgreSQL at ${place.server} reports damage: ${cause.message}`, {
    hint: "See the log of the server",
    cause,
  });
}

function unreadable(cause: Error, place: Place): DataError {
  return new DataError(`The store at ${shown(place)} holds a value that cannot be read: ${cause.message}`, {
    hint: "gigq doctor tells what is wrong with it",
    cause,
  });
}

/** The server only reads. */
export function replica(place: Place): UnavailableError {
  return new UnavailableError(`PostgreSQL at ${place.server} is read-only: a replica, or told to be`, {
    hint: "Name the primary server in the address",
  });
}

/** The schema was there when the store was opened. */
export function schemaGone(place: Place): ConfigError {
  return new ConfigError(
    `The store at ${shown(place)} is gone: the server was replaced, or the schema dropped`,
    {
      hint: "Check which server answers at this address; start GigQ anew to begin with an empty store",
    },
  );
}

/** Another store is where ours was. */
export function otherStore(place: Place, expected: string, found: string): ConfigError {
  return new ConfigError(
    `Another store answers at ${shown(place)}: its id is ${found}, and it was ${expected}`,
    { hint: "Check which server answers at this address; start GigQ anew to use the other store" },
  );
}

/** There is nothing to look at. */
export function noStore(place: Place): UnavailableError {
  return new UnavailableError(`There is no store at ${shown(place)}`, {
    hint: "Name another one with --db; gigq submit makes one",
  });
}

/** The schema is somebody else's. */
export function foreignSchema(place: Place): ConfigError {
  return new ConfigError(
    `The schema ${place.schema} at ${place.server}/${place.database} is another program's`,
    {
      hint: "Name another one in the address: schema=NAME",
    },
  );
}

/** The schema was written by a later version. */
export function newerSchema(place: Place, found: number, known: number): ConfigError {
  return new ConfigError(
    `The store at ${shown(place)} has schema version ${found}, and this GigQ knows versions up to ${known}`,
    { hint: "Upgrade GigQ, or name another store with --db" },
  );
}

/** The server lacks what the statements need. */
export function oldServer(place: Place, version: number): ConfigError {
  return new ConfigError(
    `PostgreSQL at ${place.server} is version ${Math.floor(version / 10_000)}, and GigQ needs 12 or newer`,
    { hint: "Upgrade the server, or name another one" },
  );
}

/** For calls made after `close`. */
export function closedError(place: Place): ClosedError {
  return new ClosedError(`The store at ${shown(place)} is closed`);
}
