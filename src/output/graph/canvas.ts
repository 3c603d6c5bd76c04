/** A sheet of lines and texts for a terminal. */

/** Directions in which a line leaves a place; added up they choose the character. */
export const UP = 1;
export const RIGHT = 2;
export const DOWN = 4;
export const LEFT = 8;

const LINES = " ╵╶└╷│┌├╴┘─┴┐┤┬┼";

interface Label {
  readonly text: string;
  readonly width: number;
}

/** Collects lines and texts, then writes them out. */
export class Canvas {
  /** By row and column: for each line that passes, its directions. */
  readonly #lines: Map<number, Map<number, number>>[] = [];
  readonly #labels: Map<number, Label>[] = [];

  /** Adds directions at a place; lines of different `net` cross without touching. */
  mark(row: number, column: number, directions: number, net: number): void {
    const columns = this.#lines[row] ??= new Map();
    const nets = columns.get(column) ?? new Map<number, number>();
    columns.set(column, nets.set(net, (nets.get(net) ?? 0) | directions));
  }

  /** A line from one row to another, ends included. */
  vertical(column: number, from: number, to: number, net: number): void {
    for (let row = from; row <= to; row++) {
      this.mark(row, column, (row > from ? UP : 0) | (row < to ? DOWN : 0), net);
    }
  }

  horizontal(row: number, from: number, to: number, net: number): void {
    for (let column = from; column <= to; column++) {
      this.mark(row, column, (column > from ? LEFT : 0) | (column < to ? RIGHT : 0), net);
    }
  }

  /** A text that takes `width` columns, whatever codes it contains. */
  label(row: number, column: number, text: string, width: number): void {
    (this.#labels[row] ??= new Map()).set(column, { text, width });
  }

  toString(): string {
    const height = Math.max(this.#lines.length, this.#labels.length);
    return Array.from({ length: height }, (_, row) => `${this.#row(row)}\n`).join("");
  }

  #row(row: number): string {
    const lines = this.#lines[row] ?? new Map<number, Map<number, number>>();
    const labels = this.#labels[row] ?? new Map<number, Label>();
    const end = Math.max(-1, ...lines.keys(), ...labels.keys());
    let text = "";
    for (let column = 0; column <= end;) {
      const label = labels.get(column);
      text += label?.text ?? character(lines.get(column));
      column += label?.width ?? 1;
    }
    return text.trimEnd();
  }
}

function character(nets: ReadonlyMap<number, number> | undefined): string {
  const directions = [...nets?.values() ?? []];
  const crossing = directions.includes(UP | DOWN) &&
    directions.every((d) => d === (UP | DOWN) || d === (LEFT | RIGHT));
  if (crossing) return "│";
  return LINES[directions.reduce((all, one) => all | one, 0)]!;
}
