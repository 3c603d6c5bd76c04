/** Statements as they are sent: with the schema's name in place, and prepared under a name where that is allowed. */

/** Texts that are made for one call only are not worth a place on the server for ever. */
const MOST_NAMED = 300;

interface Statement {
  readonly text: string;
  readonly name?: string;
}

export class Statements {
  readonly #schema: string;
  readonly #prepare: boolean;
  readonly #known = new Map<string, Statement>();

  constructor(schema: string, prepare: boolean) {
    this.#schema = quoteIdentifier(schema);
    this.#prepare = prepare;
  }

  /** A statement with parameters. */
  get(text: string): Statement {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    const placed = this.place(text);
    if (this.#known.size >= MOST_NAMED) return { text: placed };
    const statement = this.#prepare ? { text: placed, name: `gigq_${this.#known.size}` } : { text: placed };
    this.#known.set(text, statement);
    return statement;
  }

  /** A text with the schema's name in place of `gigq`. */
  place(text: string): string {
    return text.replaceAll(/\bgigq\./g, () => `${this.#schema}.`);
  }
}

export function quoteIdentifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

export function quoteLiteral(text: string): string {
  return `E'${text.replaceAll("\\", "\\\\").replaceAll("'", "''")}'`;
}
