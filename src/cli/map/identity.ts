/** What makes two items of two runs of `map` the same piece of work. */

import { createHash } from "node:crypto";
import { Occurrences } from "./occurrences.ts";
import type { Item } from "./items.ts";
import { hasPlaceholder } from "./placeholders.ts";

/** What a map runs, beside its items. */
export interface MapCommand {
  readonly argv: readonly string[];
  readonly cwd: string | undefined;
  readonly env: Readonly<Record<string, string>> | undefined;
}

/** Hex digits of a digest that a name of a queue shows. */
const QUEUE_DIGITS = 12;
/** Hex digits of a key: 160 bits, so that no two of any number of items meet. */
const KEY_DIGITS = 40;
/** Hex digits that make a 52-bit number. */
const NUMBER_DIGITS = 13;

/**
 * Names of a map's queue and jobs, from digests: the same command, folder, variables and input give the same
 * names in every run. The second and later of equal lines get keys of their own, so that each runs once.
 */
export class MapIdentity {
  /** The queue that only runs of this very map use. */
  readonly queue: string;
  readonly #base: string;
  readonly #numbered: boolean;
  readonly #seen = new Occurrences();

  constructor({ argv, cwd, env }: MapCommand) {
    const sorted = Object.entries(env ?? {}).sort(([a], [b]) => a < b ? -1 : 1);
    this.#base = digest(JSON.stringify([argv, cwd ?? null, sorted]));
    this.queue = `map:${this.#base.slice(0, QUEUE_DIGITS)}`;
    this.#numbered = argv.some((part) => hasPlaceholder(part) && part.includes("{#}"));
  }

  /** The unique key of the next item. Call it once for each, in the order of the input. */
  key(item: Item): string {
    const number = this.#numbered ? item.number : "";
    const hex = digest(`${this.#base}\0${number}\0${item.text}`);
    const before = this.#seen.add(1 + Number.parseInt(hex.slice(0, NUMBER_DIGITS), 16));
    return `map:${hex.slice(0, KEY_DIGITS)}${before === 0 ? "" : `#${before + 1}`}`;
  }
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
