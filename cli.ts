/**
 * The program `gigq` for `deno install -g jsr:@gigq/gigq/cli`.
 *
 * `main.ts` imports commands when they are asked for, by addresses that Deno cannot know in advance, and so starts
 * faster. An installed program must be whole instead: this one names them all, and they are fetched together.
 *
 * @module
 */

import { runCli } from "./src/cli/run.ts";
import { systemTerminal } from "./src/cli/terminal.ts";

/** Never called: its literal import is what Deno follows when it installs or caches the program. */
export const everything = (): Promise<unknown> => import("./src/cli/embedded.ts");

if (import.meta.main) {
  Deno.exit(await runCli(Deno.args, systemTerminal(), Deno.cwd()));
}
