/** Tables for people: as wide as they need to be, no wider than the terminal. */

import { paint, type Style } from "./color.ts";
import { escapeLine } from "./escape.ts";
import { cutText, textWidth } from "./width.ts";
import { wrap } from "./wrap.ts";

export interface Column {
  readonly title: string;
  readonly align?: "left" | "right";
  /** May be cut down to so many columns when the table is too wide; absent: never cut. */
  readonly min?: number;
  /** Left out when the table is too wide however much is cut; the last such column first. */
  readonly optional?: boolean;
  /**
   * What does not fit goes on in further lines instead of being cut: below each other in the column, or where that is
   * too narrow, below the row. For the last column only.
   */
  readonly wrap?: boolean;
}

/** A cell's text, which is escaped here, and how it is painted. */
export type Cell = string | { readonly text: string; readonly style?: Style };

/** What the table is drawn for. */
export interface TableOptions {
  /** Columns of the terminal; `null` cuts nothing. */
  readonly width: number | null;
  readonly color: boolean;
}

const GAP = "  ";
/** A narrower column is no place for sentences. */
const LEAST_WRAPPED = 24;
/** How far lines below a row are indented. */
const INDENT = 4;

/** Draws a table with its titles. Without rows it is empty. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  options: TableOptions,
): string {
  const kept = fittingColumns(columns, rows, options.width);
  const pick = <T>(items: readonly T[]): T[] => kept.map((index) => items[index]!);
  return new TableStream(pick(columns), options).draw(rows.map(pick));
}

/** Indexes of the columns there is room for. */
function fittingColumns(
  columns: readonly Column[],
  rows: readonly (readonly Cell[])[],
  width: number | null,
): readonly number[] {
  const kept = columns.map((_, index) => index);
  if (width === null) return kept;
  if (!columns.some(({ optional }) => optional)) return kept;
  const least = columns.map(({ title, min = Infinity }, index) =>
    Math.min(
      min,
      rows.reduce((widest, row) => Math.max(widest, textWidth(toCell(row[index]!).text)), textWidth(title)),
    )
  );
  const needed = (): number => kept.reduce((sum, index) => sum + least[index]! + GAP.length, -GAP.length);
  while (needed() > width) {
    const leave = kept.findLastIndex((index) => columns[index]!.optional);
    if (leave < 0) break;
    kept.splice(leave, 1);
  }
  return kept;
}

/** A table that comes page by page. Its columns grow where a later page needs it, and never shrink again. */
export class TableStream {
  readonly #columns: readonly Column[];
  readonly #options: TableOptions;
  /** Columns as wide as their widest cell so far; empty before the first page. */
  #natural: number[] = [];

  constructor(columns: readonly Column[], options: TableOptions) {
    this.#columns = columns;
    this.#options = options;
  }

  /** The next rows; before the first of all stand the titles. */
  draw(rows: readonly (readonly Cell[])[]): string {
    if (rows.length === 0) return "";
    const cells = rows.map((row) => row.map(toCell));
    if (this.#natural.length === 0) {
      cells.unshift(this.#columns.map(({ title }) => ({ text: title, style: "bold" })));
      this.#natural = this.#columns.map(() => 0);
    }
    for (const row of cells) {
      row.forEach(({ text }, index) => {
        this.#natural[index] = Math.max(this.#natural[index]!, textWidth(text));
      });
    }
    const { width, color } = this.#options;
    if (width === null) return cells.map((row) => drawRow(row, this.#columns, this.#natural, color)).join("");
    const widths = [...shrink(this.#columns, this.#natural, width)];
    const last = widths.length - 1;
    // Where all other columns leave too little, what is in the last one goes below, however short.
    const left = width - widths.slice(0, -1).reduce((sum, item) => sum + item + GAP.length, 0);
    if (this.#columns[last]?.wrap) widths[last] = Math.min(widths[last]!, Math.max(left, 0));
    if (!this.#columns[last]?.wrap || widths[last]! >= this.#natural[last]!) {
      return cells.map((row) => drawRow(row, this.#columns, widths, color)).join("");
    }
    return cells.map((row) => drawWrapped(row, this.#columns, widths, { width, color })).join("");
  }
}

interface DrawnCell {
  readonly text: string;
  readonly style?: Style;
}

function toCell(cell: Cell): DrawnCell {
  return typeof cell === "string" ? { text: escapeLine(cell) } : { ...cell, text: escapeLine(cell.text) };
}

/** Takes from the widest column that may be cut, again and again, until the table fits or nothing more can go. */
function shrink(columns: readonly Column[], natural: readonly number[], width: number): readonly number[] {
  const widths = [...natural];
  let excess = widths.reduce((sum, item) => sum + item, GAP.length * (widths.length - 1)) - width;
  while (excess > 0) {
    let widest = -1;
    columns.forEach(({ min }, index) => {
      if (min === undefined || widths[index]! <= min) return;
      if (widest < 0 || widths[index]! > widths[widest]!) widest = index;
    });
    if (widest < 0) break;
    widths[widest]!--;
    excess--;
  }
  return widths;
}

/** A row whose last cell is broken into lines. */
function drawWrapped(
  row: readonly DrawnCell[],
  columns: readonly Column[],
  widths: readonly number[],
  { width, color }: { readonly width: number; readonly color: boolean },
): string {
  const { text, style } = row.at(-1)!;
  const room = widths.at(-1)!;
  const isBeside = room >= LEAST_WRAPPED || textWidth(text) <= room;
  const lines = wrap(text, isBeside ? room : width - INDENT);
  const beside = isBeside ? lines.shift() ?? "" : "";
  const indent = isBeside
    ? widths.reduce((sum, item) => sum + item + GAP.length, -room - GAP.length)
    : INDENT;
  const further = lines.map((line) => `${" ".repeat(indent)}${paint(line, style, color)}\n`);
  return drawRow([...row.slice(0, -1), { text: beside, style }], columns, widths, color) + further.join("");
}

function drawRow(
  row: readonly DrawnCell[],
  columns: readonly Column[],
  widths: readonly number[],
  color: boolean,
): string {
  const last = row.length - 1;
  const parts = row.map(({ text, style }, index) => {
    const shown = cutText(text, widths[index]!);
    const padding = " ".repeat(Math.max(0, widths[index]! - textWidth(shown)));
    const painted = paint(shown, style, color);
    if (columns[index]!.align === "right") return padding + painted;
    return index === last ? painted : painted + padding;
  });
  return `${parts.join(GAP).trimEnd()}\n`;
}
