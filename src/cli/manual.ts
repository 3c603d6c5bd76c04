/** The manual, `docs/cli.md`: made from the command tree, so that it cannot differ from it. */

import type { CommandSpec, Entry } from "./command.ts";
import { isGroup } from "./dispatch.ts";
import { GLOBAL_OPTIONS } from "./globals.ts";
import { argumentRows, optionText, optionUsage, usage } from "./help.ts";
import { EXIT_CODES, INTRODUCTION, SETTINGS, SHAPES } from "./manual_text.ts";
import { COMMANDS } from "./tree.ts";

/** The whole manual in Markdown. */
export async function manual(): Promise<string> {
  const commands = await flatten(COMMANDS, "gigq");
  return [
    INTRODUCTION,
    contents(commands),
    "## Options of every command",
    table(["option", "meaning"], GLOBAL_OPTIONS.map((option) => [optionCell(option), optionText(option)])),
    SETTINGS,
    EXIT_CODES,
    SHAPES,
    ...commands.map(({ path, spec }) => commandSection(path, spec)),
  ].join("\n\n") + "\n";
}

interface Named {
  readonly path: string;
  readonly spec: CommandSpec;
}

/** All commands, those of groups after each other. */
async function flatten(entries: readonly Entry[], path: string): Promise<Named[]> {
  const lists = await Promise.all(
    entries.filter(({ hidden }) => !hidden).map(async ({ name, load }) => {
      const spec = await load();
      const below = `${path} ${name}`;
      return isGroup(spec) ? await flatten(spec.commands, below) : [{ path: below, spec }];
    }),
  );
  return lists.flat();
}

function contents(commands: readonly Named[]): string {
  const rows = commands.map((
    { path, spec },
  ) => [`[\`${path}\`](#${path.replaceAll(" ", "-")})`, spec.summary]);
  return `## Commands\n\n${table(["command", "what it does"], rows)}`;
}

function commandSection(path: string, spec: CommandSpec): string {
  const parts = [`## ${path}`, `${spec.summary}.`, `\`\`\`text\n${usage(path, spec)}\n\`\`\``];
  if (spec.description !== undefined) parts.push(...spec.description.split(/\n\s*\n/).map(oneLine));
  const args = argumentRows(spec);
  if (args.length > 0) {
    parts.push(table(["argument", "meaning"], args.map(([name, help]) => [`\`${name}\``, help])));
  }
  if (spec.options?.length) {
    parts.push(
      table(["option", "meaning"], spec.options.map((option) => [optionCell(option), optionText(option)])),
    );
  }
  for (const { command, help } of spec.examples ?? []) parts.push(`${help}:\n\n\`\`\`sh\n${command}\n\`\`\``);
  return parts.join("\n\n");
}

function optionCell(option: Parameters<typeof optionUsage>[0]): string {
  return `\`${optionUsage(option).trim()}\``;
}

function oneLine(text: string): string {
  return text.split(/\s+/).join(" ").trim();
}

/** A Markdown table in the form that `deno fmt` gives it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const cells = [head, ...rows].map((row) => row.map((cell) => cell.replaceAll("|", "\\|")));
  const widths = head.map((_, index) => Math.max(3, ...cells.map((row) => row[index]!.length)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, index) => cell.padEnd(widths[index]!)).join(" | ")} |`;
  const rule = widths.map((width) => "-".repeat(width));
  return [line(cells[0]!), line(rule), ...cells.slice(1).map(line)].join("\n");
}
