/** Runs one Deno subcommand of a check, in the open. */

/** Starts this same Deno with `args` on this terminal and resolves to its exit code. */
export async function deno(...args: string[]): Promise<number> {
  const { code } = await new Deno.Command(Deno.execPath(), { args, stdin: "null" }).spawn().status;
  return code;
}

/** Says what comes next. */
export function announce(text: string): void {
  console.error(`\n— ${text}`);
}
