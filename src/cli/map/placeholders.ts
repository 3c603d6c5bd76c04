/** `{}` and its relatives: what one input line puts into an argv. Pure. */

import { basename, dirname, extname } from "node:path";
import { DataError } from "../../core/errors.ts";
import type { Item } from "./items.ts";

const BRACES = /\{([^{}]*)\}/g;

const VALUES: Readonly<Record<string, (item: Item) => string>> = {
  "": ({ text }) => text,
  ".": ({ text }) => withoutExtension(text),
  "/": ({ text }) => basename(text),
  "//": ({ text }) => dirname(text),
  "/.": ({ text }) => withoutExtension(basename(text)),
  "#": ({ number }) => String(number),
};

/** A field's name as it may stand in braces; anything else in braces belongs to the command (`awk '{print $1}'`). */
const FIELD = /^[\p{L}_][\p{L}\p{N}_.-]*$/u;

/**
 * Fills `{} {.} {/} {//} {/.} {#}`, and `{field}` for items with fields, in one pass: what an input contains is
 * never looked at again, and each item stays one item. Without any placeholder the input is appended.
 *
 * @throws {DataError} For a `{field}` that the item does not have
 */
export function fillArgv(argv: readonly string[], item: Item): string[] {
  const filled = argv.map((part) => fill(part, item));
  return argv.some((part) => hasPlaceholder(part, item.fields !== undefined))
    ? filled
    : [...filled, item.text];
}

/** The same for one string, which is left as it is when it holds no placeholder. */
export function fill(template: string, item: Item): string {
  return template.replace(BRACES, (whole, name: string) => {
    if (Object.hasOwn(VALUES, name)) return VALUES[name]!(item);
    if (item.fields === undefined) return whole;
    if (Object.hasOwn(item.fields, name)) return item.fields[name]!;
    if (!FIELD.test(name)) return whole;
    throw new DataError(`Input line ${item.line} has no field "${name}"`, {
      hint: `Its fields are ${Object.keys(item.fields).join(", ") || "none"}`,
    });
  });
}

/** Whether a string holds a placeholder; `fields` says whether `{name}` is one. */
export function hasPlaceholder(template: string, fields = false): boolean {
  for (const [, name] of template.matchAll(BRACES)) {
    if (Object.hasOwn(VALUES, name!) || (fields && FIELD.test(name!))) return true;
  }
  return false;
}

function withoutExtension(path: string): string {
  const extension = extname(path);
  // With a trailing slash the extension that node:path finds is not at the end.
  return extension !== "" && path.endsWith(extension) ? path.slice(0, -extension.length) : path;
}
