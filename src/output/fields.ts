/** Names and values, one below the other. */

import { paint, type Style } from "./color.ts";
import { escapeLine } from "./escape.ts";
import { cutText } from "./width.ts";
import { LEAST_ROOM } from "./wrap.ts";

/** A name and its value, or several values below each other; without a value it is left out. */
export type Field = readonly [name: string, value: string | null | readonly string[], style?: Style];

/** Draws fields, their values escaped and cut to the terminal's width. */
export function renderFields(
  fields: readonly Field[],
  { columns, color }: { readonly columns: number | null; readonly color: boolean },
): string {
  const told = fields.map(([name, value, style]) => ({ name, style, values: valuesOf(value) }))
    .filter(({ values }) => values.length > 0);
  const left = Math.max(0, ...told.map(({ name }) => name.length));
  const room = columns === null ? Infinity : Math.max(LEAST_ROOM, columns - left - 2);
  return told.flatMap(({ name, values, style }) =>
    values.map((value, index) => {
      const shown = paint((index === 0 ? name : "").padEnd(left), index === 0 ? "bold" : undefined, color);
      return `${shown}  ${paint(cutText(escapeLine(value), room), style, color)}\n`;
    })
  ).join("");
}

function valuesOf(value: Field[1]): readonly string[] {
  return (value === null ? [] : typeof value === "string" ? [value] : value).filter((text) => text !== "");
}
