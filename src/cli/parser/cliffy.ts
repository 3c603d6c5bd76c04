/** Reads a command line with Cliffy, where JSR is at hand. */

import { Command } from "@cliffy/command";
import type { OptionSpec } from "../command.ts";
import type { RawInput } from "./raw.ts";

/**
 * Splits a command line in plain form (see `argv.ts`) into options and arguments.
 *
 * Cliffy drops an empty value unless it is required. Therefore only what is there is declared, as required. And to it
 * `--no-x` is `--x` denied, whatever is declared: such options go by another name in here.
 */
export async function tokenize(options: readonly OptionSpec[], argv: readonly string[]): Promise<RawInput> {
  const names = new Set(argv.filter(isOption).map((item) => item.slice(2).split("=", 1)[0]!));
  const given = options.filter((option) => names.has(option.name));
  // deno-lint-ignore no-explicit-any -- Cliffy computes types from literals; ours are data
  let command: any = new Command().throwErrors().noExit().helpOption(false).action(() => {});
  if (argv.some((item) => !isOption(item))) command = command.arguments("<args...:string>");
  for (const option of given) {
    const flags = `--${disguised(option.name)}${option.type === "flag" ? "" : " <value:string>"}`;
    command = command.option(flags, option.help, { collect: true, required: true });
  }
  const parsed: { options: Record<string, (string | true)[]>; args: string[] } = await command.parse(
    argv.map((item) => isOption(item) ? `--${disguised(item.slice(2))}` : item),
  );
  const read = given.map((option) =>
    [option.name, parsed.options[camelCase(disguised(option.name))]!] as const
  );
  return { options: new Map(read), args: parsed.args };
}

function isOption(item: string): boolean {
  return item.startsWith("--");
}

function disguised(name: string): string {
  return name.replace(/^no-/, "but-no-");
}

function camelCase(name: string): string {
  return name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase());
}
