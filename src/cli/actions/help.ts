/** What `gigq help` does. */

import type { Input } from "../command.ts";
import { findCommand } from "../dispatch.ts";
import { helpFor } from "../help.ts";
import type { Io } from "../io.ts";
import { COMMANDS } from "../tree.ts";

/** Prints the help of the command that the arguments name, or the whole manual. */
export async function printHelp(input: Input, io: Io): Promise<number> {
  if (input.flag("manual")) {
    const { manual } = await import("../manual.ts");
    await io.out(await manual());
    return 0;
  }
  const found = await findCommand(input.args, COMMANDS);
  if (found.rest.length > 0) await findCommand(found.rest, []);
  await io.out(helpFor(found.path, found.spec, io.columns));
  return 0;
}
