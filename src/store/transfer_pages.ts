/** Reading all that a store holds in pages, part by part. */

import { UsageError } from "../core/errors.ts";
import type { TransferPage, TransferRecord } from "../core/ports.ts";

/** Where reading a part goes on: what its order goes by. */
export type Key = string | readonly number[];

/** Some records of one part. */
export interface Slice {
  readonly records: readonly TransferRecord[];
  /** Where to go on; `null` when the part is read. */
  readonly after: Key | null;
}

/** Records of one kind, read in a fixed order. */
export type Part = (after: Key | null, limit: number) => Slice;

/** The same from a server. */
export type RemotePart = (after: Key | null, limit: number) => Promise<Slice>;

/**
 * A page over all parts, one after the other.
 *
 * @throws {UsageError} For a cursor of another store
 */
export function readPage(
  parts: Readonly<Record<string, Part>>,
  cursor: string | null,
  limit: number,
): TransferPage {
  const page = new Page(Object.keys(parts), cursor, limit);
  while (!page.isFull) page.add(parts[page.part]!(page.key, page.left));
  return page.end();
}

/** {@linkcode readPage} from a server. */
export async function readRemotePage(
  parts: Readonly<Record<string, RemotePart>>,
  cursor: string | null,
  limit: number,
): Promise<TransferPage> {
  const page = new Page(Object.keys(parts), cursor, limit);
  while (!page.isFull) page.add(await parts[page.part]!(page.key, page.left));
  return page.end();
}

/** A page that is being filled, and the place up to which it is. */
class Page {
  readonly #names: readonly string[];
  readonly #limit: number;
  readonly #records: TransferRecord[] = [];
  #at: number;
  /** Within the part; a part that was left is not gone on with in this page. */
  #key: Key | null;
  #isCut = false;

  constructor(names: readonly string[], cursor: string | null, limit: number) {
    const [name, key] = cursor === null ? [names[0]!, null] : JSON.parse(cursor) as [string, Key | null];
    this.#names = names;
    this.#limit = limit;
    this.#key = key;
    this.#at = names.indexOf(name);
    if (this.#at < 0) throw new UsageError(`${cursor} is no place to go on reading from`);
  }

  get isFull(): boolean {
    return this.#isCut || this.#at === this.#names.length || this.left <= 0;
  }

  get part(): string {
    return this.#names[this.#at]!;
  }

  get key(): Key | null {
    return this.#key;
  }

  get left(): number {
    return this.#limit - this.#records.length;
  }

  add({ records, after }: Slice): void {
    for (const record of records) this.#records.push(record);
    this.#key = after;
    if (after === null) this.#at++;
    else this.#isCut = true;
  }

  end(): TransferPage {
    const next = this.#at === this.#names.length ? null : JSON.stringify([this.part, this.#key]);
    return { records: this.#records, next };
  }
}

/** Keeps pages small in bytes, too: a payload may be a million times as large as another. */
const PAGE_BYTES = 8_000_000;

/** Something and how large it is. */
export interface Sized {
  readonly bytes: number;
}

/** The first rows, as many as fit into a page; at least one. */
export function cut<T extends Sized>(rows: readonly T[]): readonly T[] {
  let sum = 0;
  const end = rows.findIndex(({ bytes }, at) => (sum += bytes) > PAGE_BYTES && at > 0);
  return end < 0 ? rows : rows.slice(0, end);
}
