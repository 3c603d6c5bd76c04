/** What a schedule may be called. */

import { BOUNDS } from "../../core/bounds.ts";
import { UsageError } from "../../core/errors.ts";
import { show } from "../match_input.ts";

const NAME = /^[^\p{C}\p{Z}\s,]+$/u;

/**
 * Names are typed on command lines: they hold no spaces and commas, and do not look like options or patterns.
 *
 * @throws {UsageError} Showing the name
 */
export function checkName(name: unknown): string {
  const isName = typeof name === "string" && name.length <= BOUNDS.nameChars && NAME.test(name);
  if (isName && !/^[-@]/.test(name)) return name;
  const shown = typeof name === "string" ? JSON.stringify(name.slice(0, 40)) : show(name);
  const message = isName
    ? `The name of a schedule does not begin with ${name[0]}, as ${shown} does`
    : `The name ${shown} of a schedule must have 1 to ${BOUNDS.nameChars} printable characters without spaces and commas`;
  throw new UsageError(message, { hint: "Write it like nightly-report" });
}
