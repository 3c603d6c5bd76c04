/** What a server says about itself. */

import { ForbiddenError } from "../errors.ts";
import type { Line } from "../line.ts";

/** The lines of `INFO`, by name. */
export type Info = ReadonlyMap<string, string>;

/** Of one node of a cluster. */
export async function readInfo(line: Line): Promise<Info> {
  const text = await line.command<string>("INFO", [], { patient: false });
  return toMap(text);
}

/** Names and values, a pair a line, parted by a colon. */
export function toMap(text: string): Info {
  const pairs = text.split(/\r?\n/).map((row) => /^([^:#]+):(.*)$/.exec(row)).filter((match) =>
    match !== null
  );
  return new Map(pairs.map(([, name, value]) => [name!, value!]));
}

/** A setting of the server; `null` where the user may not ask. */
export async function readSetting(line: Line, name: string): Promise<string | null> {
  try {
    const [, value] = await line.command<readonly string[]>("CONFIG", ["GET", name], { patient: false });
    return value ?? null;
  } catch (error) {
    if (error instanceof ForbiddenError) return null;
    // Services on the net rename or remove the command.
    if (error instanceof Error && /unknown command/i.test(error.message)) return null;
    throw error;
  }
}
