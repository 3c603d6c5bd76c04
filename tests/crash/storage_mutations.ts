/** Ways to spoil a database file. */

import { DatabaseSync } from "node:sqlite";
import type { Chance } from "./storage_kit.ts";

type Bytes = Uint8Array<ArrayBuffer>;

const PAGE = 4_096;
/** The header of the file. */
const HEADER = 100;
const USER_VERSION_AT = 60;
const SOME = 16;

/** By name: a spoiled copy of a database's bytes. */
export const MUTATIONS: Readonly<Record<string, (whole: Bytes, chance: Chance) => Bytes>> = {
  "one bit": (whole, chance) => flip(whole, 1, whole.length, chance),
  "some bits": (whole, chance) => flip(whole, SOME, whole.length, chance),
  "header": (whole, chance) => flip(whole, 1, HEADER, chance),
  "schema": (whole, chance) => flip(whole, 1, PAGE, chance),
  "a page of bits": (whole, chance) => {
    const at = pageStart(whole, chance);
    return edit(whole, (bytes) => {
      for (let i = 0; i < SOME; i++) bytes[at + chance.int(0, PAGE)]! ^= 1 << chance.int(0, 8);
    });
  },
  // None at all is no damage: an empty file becomes a database.
  "truncated": (whole, chance) => whole.slice(0, chance.int(1, whole.length)),
  "truncated by pages": (whole, chance) => whole.slice(0, chance.int(1, whole.length / PAGE) * PAGE),
  "zeroed page": (whole, chance) => {
    const at = pageStart(whole, chance);
    return edit(whole, (bytes) => bytes.fill(0, at, at + PAGE));
  },
  "swapped pages": (whole, chance) => {
    const [one, two] = [pageStart(whole, chance), pageStart(whole, chance)];
    return edit(whole, (bytes) => {
      bytes.set(whole.subarray(two, two + PAGE), one);
      bytes.set(whole.subarray(one, one + PAGE), two);
    });
  },
  "overwritten": (whole, chance) => {
    const from = chance.int(0, whole.length);
    const to = Math.min(whole.length, from + chance.int(1, 2 * PAGE));
    return edit(whole, (bytes) => {
      for (let at = from; at < to; at++) bytes[at] = chance.int(0, 256);
    });
  },
  "newer": (whole, chance) =>
    edit(whole, (bytes) => new DataView(bytes.buffer).setUint32(USER_VERSION_AT, chance.int(1_000, 2 ** 31))),
  "text": (whole, chance) => {
    const line = `id,name\n${chance.int(0, 1_000)},a\n`;
    return new TextEncoder().encode(line.repeat(Math.ceil(whole.length / line.length))) as Bytes;
  },
  "another program's": (_whole, chance) => foreign(chance),
};

function edit(whole: Bytes, change: (bytes: Bytes) => void): Bytes {
  const bytes = whole.slice();
  change(bytes);
  return bytes;
}

function flip(whole: Bytes, count: number, within: number, chance: Chance): Bytes {
  return edit(whole, (bytes) => {
    for (let i = 0; i < count; i++) bytes[chance.int(0, within)]! ^= 1 << chance.int(0, 8);
  });
}

function pageStart(whole: Bytes, chance: Chance): number {
  return chance.int(0, whole.length / PAGE) * PAGE;
}

function foreign(chance: Chance): Bytes {
  const path = Deno.makeTempFileSync();
  try {
    const db = new DatabaseSync(path);
    if (chance.int(0, 2) === 0) db.exec("PRAGMA journal_mode = WAL");
    if (chance.int(0, 2) === 0) db.exec(`PRAGMA application_id = ${chance.int(1, 1_000)}`);
    // Tables of the same names do not make it ours.
    db.exec("CREATE TABLE jobs (id INTEGER PRIMARY KEY, payload TEXT); INSERT INTO jobs VALUES (1, '{}')");
    db.close();
    return Deno.readFileSync(path);
  } finally {
    Deno.removeSync(path);
  }
}
