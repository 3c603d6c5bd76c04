/** Looks for many texts at once, in text that may go on. */

/** From the first character to before the last. */
export type Span = readonly [from: number, to: number];

/** Expressions have a largest size, and fail with their source in the message: so much of a text goes into one. */
const HEAD_CHARS = 16;

/** Texts to look for. */
export class Patterns {
  /** Finds where one of the texts may begin. */
  readonly #heads: RegExp;
  /** By their first character, so that few are compared. */
  readonly #byFirst = new Map<string, string[]>();
  readonly #longest: number;

  /** @param texts The longest first: where two begin at one place, the longer is taken */
  constructor(texts: readonly string[]) {
    const heads = new Set(texts.map((text) => text.slice(0, HEAD_CHARS)));
    const escaped = [...heads].map((head) => head.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&"));
    this.#heads = new RegExp(escaped.join("|"), "g");
    this.#longest = texts[0]?.length ?? 0;
    for (const text of texts) {
      const first = text[0]!;
      this.#byFirst.set(first, [...this.#byFirst.get(first) ?? [], text]);
    }
  }

  /**
   * Where texts stand, and from where on the end could still become one when more follows.
   *
   * @param ended Nothing follows
   */
  find(text: string, ended: boolean): { readonly found: readonly Span[]; readonly held: number } {
    const found: Span[] = [];
    let done = 0;
    let held = ended ? text.length : this.#beginAt(text, done);
    for (;;) {
      const at = this.#next(text, done);
      if (at === null || at[0] >= held) return { found, held };
      done = at[1];
      found.push(at);
      if (done > held) held = this.#beginAt(text, done);
    }
  }

  /** The first text from a place on; of those that begin there the longest. */
  #next(text: string, from: number): Span | null {
    for (this.#heads.lastIndex = from;;) {
      const head = this.#heads.exec(text);
      if (head === null) return null;
      const pattern = this.#byFirst.get(text[head.index]!)?.find((pattern) =>
        text.startsWith(pattern, head.index)
      );
      if (pattern !== undefined) return [head.index, head.index + pattern.length];
      this.#heads.lastIndex = head.index + 1;
    }
  }

  /** Characters at the beginning that are the end of a text which was cut. */
  cutBefore(text: string): number {
    return this.#cut(text, (pattern, length) => pattern.endsWith(text.slice(0, length)));
  }

  /** Characters at the end that are the beginning of a text which was cut. */
  cutAfter(text: string): number {
    return this.#cut(text, (pattern, length) => pattern.startsWith(text.slice(text.length - length)));
  }

  #cut(text: string, fits: (pattern: string, length: number) => boolean): number {
    let longest = 0;
    for (const patterns of this.#byFirst.values()) {
      for (const pattern of patterns) {
        for (let length = Math.min(pattern.length - 1, text.length); length > longest; length--) {
          if (fits(pattern, length)) longest = length;
        }
      }
    }
    return longest;
  }

  /** The first place from `from` on whose whole rest is the beginning of one of the texts. */
  #beginAt(text: string, from: number): number {
    for (let at = Math.max(from, text.length - this.#longest + 1); at < text.length; at++) {
      const candidates = this.#byFirst.get(text[at]!);
      if (
        candidates?.some((pattern) => pattern.length > text.length - at && pattern.startsWith(text.slice(at)))
      ) {
        return at;
      }
    }
    return text.length;
  }
}
