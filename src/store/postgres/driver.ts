/** The little that we ask of the driver `pg`, and how values come back. */

import pg from "pg";

/** What a statement came to. */
export interface Answer {
  readonly command: string;
  readonly rowCount: number | null;
  readonly rows: unknown[];
}

/** A statement as the driver takes it. */
export interface Query {
  readonly text: string;
  /** Given: it is prepared under this name once a connection. */
  readonly name?: string;
  readonly values?: readonly unknown[];
}

/** A client of `pg`, as far as it is used here. */
export interface Client {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly database: string;
  connect(): Promise<unknown>;
  query(query: Query): Promise<Answer | Answer[]>;
  end(): Promise<void>;
  on(event: "error", listener: (error: unknown) => void): void;
  on(event: "end", listener: () => void): void;
  on(event: "notification", listener: (message: { channel: string; payload?: string }) => void): void;
  readonly connection: { readonly stream: { destroy(error?: Error): void; setNoDelay?(on: boolean): void } };
}

type Parser = (text: string) => unknown;

/** Types by their number in PostgreSQL, where the driver's own way is not ours. Integers beyond 2^53 do not occur. */
const PARSERS: ReadonlyMap<number, Parser> = new Map<number, Parser>([
  [20, Number], // int8
  [1700, Number], // numeric: sums of int8
  [17, toBytes], // bytea
  [114, String], // json
  [3802, String], // jsonb
  [1016, toNumbers], // int8[]
]);

function toBytes(text: string): Uint8Array {
  // As `\x` and two digits a byte.
  return Uint8Array.fromHex(text.slice(2));
}

function toNumbers(text: string): number[] {
  return text === "{}" ? [] : text.slice(1, -1).split(",").map(Number);
}

const TYPES = {
  getTypeParser(oid: number, format: "text" | "binary"): Parser {
    return PARSERS.get(oid) ?? pg.types.getTypeParser(oid, format);
  },
};

/** A client that is not connected yet. Statements are sent without waiting for the answer to the one before. */
export function createClient(url: string, timeoutMs: number): Client {
  return new pg.Client({
    connectionString: url,
    types: TYPES,
    pipeline: true,
    connectionTimeoutMillis: timeoutMs,
    keepAlive: true,
    keepAliveInitialDelayMillis: timeoutMs,
  }) as unknown as Client;
}
