/** Help texts, made from the command tree. */

import { columns, wrap } from "../output/wrap.ts";
import type { ArgumentSpec, CommandSpec, Entry, GroupSpec, OptionSpec } from "./command.ts";
import { isGroup } from "./dispatch.ts";
import { GLOBAL_OPTIONS } from "./globals.ts";
import { COMMANDS } from "./tree.ts";

/** Assumed where the width is unknown. */
const WIDTH = 80;
/** Longer lines are hard to read, however wide the terminal is. */
const WIDEST = 100;

/**
 * Help for what a path names.
 *
 * @param spec `null` for the program itself
 * @param terminalColumns `null` when stdout is no terminal
 */
export function helpFor(
  path: string,
  spec: CommandSpec | GroupSpec | null,
  terminalColumns: number | null,
): string {
  const width = Math.min(terminalColumns ?? WIDTH, WIDEST);
  if (spec === null) return overview(width);
  return isGroup(spec) ? groupHelp(path, spec, width) : commandHelp(path, spec, width);
}

function overview(width: number): string {
  return [
    paragraph("GigQ: a job queue and workflow engine in one SQLite file", width),
    section("Usage", "  gigq COMMAND [OPTIONS] [ARGUMENTS]\n"),
    section("Commands", entries(COMMANDS, width)),
    section("Options of every command", optionList(GLOBAL_OPTIONS, width)),
    section(
      "Examples",
      examples([
        { command: "gigq submit -- convert a.png a.webp", help: "Add a job" },
        { command: "gigq worker --drain", help: "Run all there is, then end" },
        { command: "gigq list --status failed", help: "See what went wrong" },
      ]),
    ),
    paragraph("gigq help COMMAND tells more. Settings come from options, GIGQ_DB and gigq.toml.", width),
  ].join("\n");
}

function groupHelp(path: string, group: GroupSpec, width: number): string {
  return [
    paragraph(group.summary, width),
    section("Usage", `  ${path} COMMAND [OPTIONS] [ARGUMENTS]\n`),
    section("Commands", entries(group.commands, width)),
    paragraph(`${alone(path, group)}${path} COMMAND --help tells more.`, width),
  ].join("\n");
}

function commandHelp(path: string, spec: CommandSpec, width: number): string {
  const parts = [paragraph(spec.summary, width), section("Usage", `  ${usage(path, spec)}\n`)];
  for (const text of spec.description?.split(/\n\s*\n/) ?? []) parts.push(paragraph(text, width));
  const args = argumentRows(spec);
  if (args.length > 0) parts.push(section("Arguments", columns(args, width)));
  if (spec.options?.length) parts.push(section("Options", optionList(spec.options, width)));
  parts.push(section("Options of every command", optionList(GLOBAL_OPTIONS, width)));
  if (spec.examples?.length) parts.push(section("Examples", examples(spec.examples)));
  return parts.join("\n");
}

function alone(path: string, { fallback }: GroupSpec): string {
  return fallback === undefined ? "" : `${path} alone is ${path} ${fallback}. `;
}

/** `gigq list [OPTIONS] [ID]...`. */
export function usage(path: string, spec: CommandSpec): string {
  const words = [path];
  if (spec.options?.length) words.push("[OPTIONS]");
  for (const argument of spec.arguments ?? []) words.push(argumentUsage(argument));
  if (spec.literal !== undefined) {
    words.push(spec.literal.optional ? `[-- ${spec.literal.name}]` : `-- ${spec.literal.name}`);
  }
  return words.join(" ");
}

function argumentUsage({ name, optional, variadic }: ArgumentSpec): string {
  const shown = variadic ? `${name}...` : name;
  return optional ? `[${shown}]` : shown;
}

/** Arguments and what follows `--`, with their meaning. */
export function argumentRows(spec: CommandSpec): [string, string][] {
  const rows = (spec.arguments ?? []).map(({ name, help }): [string, string] => [name, help]);
  if (spec.literal !== undefined) rows.push([`-- ${spec.literal.name}`, spec.literal.help]);
  return rows;
}

/** `-p, --priority N`. */
export function optionUsage({ name, short, value, type }: OptionSpec): string {
  const long = type === "flag" ? `--${name}` : `--${name} ${value ?? "VALUE"}`;
  return short === undefined ? `    ${long}` : `-${short}, ${long}`;
}

/** What help says about an option, with what its values may be. */
export function optionText(option: OptionSpec): string {
  const choices = option.choices === undefined ? "" : ` (${option.choices.join(", ")})`;
  const repeated = option.multiple && !option.help.includes("repeated") ? "; may be repeated" : "";
  const known = option.choices?.every((choice) => option.help.includes(choice)) ? "" : choices;
  return `${option.help}${known}${repeated}`;
}

function optionList(options: readonly OptionSpec[], width: number): string {
  return columns(options.map((option) => [optionUsage(option), optionText(option)] as const), width);
}

function entries(list: readonly Entry[], width: number): string {
  return columns(
    list.filter(({ hidden }) => !hidden).map(({ name, summary }) => [name, summary] as const),
    width,
  );
}

function examples(list: readonly { readonly command: string; readonly help: string }[]): string {
  return list.map(({ command, help }) => `  # ${help}\n  ${command}\n`).join("");
}

function section(title: string, body: string): string {
  return `${title}:\n${body}`;
}

function paragraph(text: string, width: number): string {
  return wrap(text, width).join("\n") + "\n";
}
