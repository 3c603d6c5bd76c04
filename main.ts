/** The program `gigq`: hands the command line over and ends with its exit code. */

import { runCli } from "./src/cli/run.ts";
import { systemTerminal } from "./src/cli/terminal.ts";

if (import.meta.main) {
  Deno.exit(await runCli(Deno.args, systemTerminal(), Deno.cwd()));
}
