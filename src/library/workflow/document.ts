/** A YAML or JSON text with the positions of its values. */

import type { Document, LineCounter, Node, Pair } from "yaml";
import type { Problem } from "../../core/workflow.ts";

/** Line and column, from 1. */
export interface Position {
  /** From 1. */
  readonly line: number;
  /** From 1, in characters. */
  readonly column: number;
}

/** A problem with its place in the text. */
export interface PlacedProblem extends Problem, Position {}

/** A parsed text: its value, and where each part of it stands. */
export interface TextDocument {
  readonly value: unknown;
  /** Syntax errors and doubled keys. */
  readonly problems: readonly PlacedProblem[];
  /** Where the value at a path stands, or as much of the path as exists; `key` asks for its key instead. */
  position(at: Problem["at"], key?: boolean): Position;
  /** A scalar as it was written: `1.10` stays `1.10`. */
  source(at: Problem["at"]): string | undefined;
}

/** What stands at a place of a text, as a text of its own whose problems are placed in the whole one. */
export function partOf(document: TextDocument, root: Problem["at"], value: unknown): TextDocument {
  return {
    value,
    problems: [],
    position: (at, key) => document.position([...root, ...at], key),
    source: (at) => document.source([...root, ...at]),
  };
}

/** Reads YAML 1.2, of which JSON is a part. */
export async function parseDocument(text: string): Promise<TextDocument> {
  const yaml = await import("yaml");
  const lines = new yaml.LineCounter();
  const document = yaml.parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problems = document.errors.map(({ message, pos, code }) => ({
    at: [],
    message: code === "DUPLICATE_KEY" ? describeDuplicate(text, pos[0]) : message,
    ...place(lines, pos[0]),
  }));
  const walker = new Walker(yaml, document, lines);
  let value: unknown;
  if (problems.length === 0) {
    try {
      value = document.toJS();
    } catch (error) {
      // Aliases that would unfold into millions of values.
      problems.push({ at: [], message: (error as Error).message, line: 1, column: 1 });
    }
  }
  return {
    value,
    problems,
    position: (at, key) => walker.position(at, key),
    source: (at) => walker.source(at),
  };
}

function describeDuplicate(text: string, offset: number): string {
  const key = /^[^:\s]+/.exec(text.slice(offset, offset + 200))?.[0] ?? "";
  return `Key ${key.startsWith('"') ? key : `"${key}"`} stands here twice`;
}

function place(lines: LineCounter, offset: number): Position {
  const { line, col } = lines.linePos(offset);
  return { line, column: col };
}

class Walker {
  constructor(
    private readonly yaml: typeof import("yaml"),
    private readonly document: Document.Parsed,
    private readonly lines: LineCounter,
  ) {}

  position(at: Problem["at"], key = false): Position {
    const found = this.#find(at);
    const node = key ? found.key ?? found.node : found.node ?? found.key;
    return place(this.lines, node?.range?.[0] ?? 0);
  }

  source(at: Problem["at"]): string | undefined {
    const { node, whole } = this.#find(at);
    return whole && this.yaml.isScalar(node) ? node.source : undefined;
  }

  /** Walks as far as the path leads. */
  #find(at: Problem["at"]): { node: Node | null; key: Node | null; whole: boolean } {
    let node = this.#resolve(this.document.contents);
    let key: Node | null = null;
    for (const part of at) {
      const next = this.#member(node, part);
      if (next === undefined) return { node, key, whole: false };
      [key, node] = [next.key, this.#resolve(next.value)];
    }
    return { node, key, whole: true };
  }

  #member(node: Node | null, part: string | number): { key: Node | null; value: unknown } | undefined {
    const { isMap, isSeq, isScalar } = this.yaml;
    if (isSeq(node)) {
      const value = node.items[Number(part)];
      return value === undefined ? undefined : { key: null, value };
    }
    if (!isMap(node)) return undefined;
    const named = ({ key }: Pair): boolean => String(isScalar(key) ? key.value : key) === String(part);
    const pair = (node.items as Pair[]).find(named);
    return pair === undefined ? undefined : { key: pair.key as Node, value: pair.value };
  }

  #resolve(value: unknown): Node | null {
    const node = this.yaml.isAlias(value) ? value.resolve(this.document) : value;
    return this.yaml.isNode(node) ? node : null;
  }
}
