/** Settings: flags win over `GIGQ_*`, then the project's `gigq.toml`, then the user's, then what is built in. */

import { UsageError } from "../core/errors.ts";
import type { CommandSpec, OptionSpec } from "./command.ts";
import type { COLORS } from "./globals.ts";
import type { JobSettings } from "./job_settings.ts";
import type { RawInput } from "./parser/raw.ts";
import type { SettingsFile } from "./settings_file.ts";
import type { IoChoices } from "./terminal.ts";
import { importLate } from "./tree.ts";

/** Where settings are looked for. */
export interface SettingsPlace {
  readonly cwd: string;
  env(name: string): string | undefined;
}

/** Commands that make jobs, or tell how they would be made. */
const MAKERS: readonly string[] = [
  "submit",
  "map",
  "batch",
  "run",
  "workflow",
  "policy",
  "schedule",
  "simulate",
];

/** Everything that was set, ready for use. */
export interface Settings {
  readonly choices: IoChoices;
  /** What was typed, completed by what the files say about this command's options. */
  readonly raw: RawInput;
}

/**
 * Completes what was typed with the environment and the settings files.
 *
 * @param command First word of the command: the table of the files that applies
 * @throws {ConfigError} For a file that is no TOML or says what GigQ does not know, naming file and key
 */
export async function applySettings(
  raw: RawInput,
  spec: CommandSpec,
  command: string,
  place: SettingsPlace,
): Promise<Settings> {
  const files = await readSettings(place);
  const jobs = files.length > 0 && MAKERS.includes(command) ? await jobSettings(files) : undefined;
  const choices: IoChoices = {
    ...jobs === undefined ? {} : { jobs },
    ...command === "schedule" || command === "simulate" ? schedulesOf(files) : {},
    json: raw.options.has("json"),
    db: typedDb(raw) ?? (place.env("GIGQ_DB") || firstOf(files, "db") || "gigq.db"),
    color: (typed(raw, "color") ?? firstOf(files, "color") ?? "auto") as typeof COLORS[number],
  };
  return { choices, raw: withDefaults(raw, spec.options ?? [], command, files) };
}

function typed(raw: RawInput, name: string): string | undefined {
  const value = raw.options.get(name)?.at(-1);
  return typeof value === "string" ? value : undefined;
}

function typedDb(raw: RawInput): string | undefined {
  const db = typed(raw, "db");
  if (db === "") throw new UsageError("--db must name a file or a server, not nothing");
  return db;
}

function firstOf(files: readonly SettingsFile[], key: "db" | "color"): string | undefined {
  return files.find((file) => file[key] !== undefined)?.[key];
}

/** The nearest file that has schedules. */
function schedulesOf(files: readonly SettingsFile[]): Pick<IoChoices, "schedules"> {
  const file = files.find(({ toml }) => toml.schedules !== undefined);
  return file === undefined ? {} : { schedules: file.path };
}

/** Options that were not typed and stand in the command's table of a file; the first file wins. */
function withDefaults(
  raw: RawInput,
  options: readonly OptionSpec[],
  command: string,
  files: readonly SettingsFile[],
): RawInput {
  const merged = new Map(raw.options);
  for (const file of files) {
    for (const [name, values] of file.optionsOf(command, options)) {
      if (!merged.has(name)) merged.set(name, values);
    }
  }
  return { options: merged, args: raw.args };
}

/** The settings files that apply, nearest first. Most of the time there is none, and no TOML reader is loaded. */
async function readSettings(place: SettingsPlace): Promise<readonly SettingsFile[]> {
  const paths = [projectFile(place.cwd), userFile(place)].filter((path) => path !== null);
  if (paths.length === 0) return [];
  const { readSettingsFile } = await importLate<typeof import("./settings_file.ts")>(
    "./settings_file.ts",
  );
  return await Promise.all([...new Set(paths)].map(readSettingsFile));
}

async function jobSettings(files: readonly SettingsFile[]): Promise<JobSettings> {
  const { readJobSettings } = await importLate<typeof import("./job_settings.ts")>("./job_settings.ts");
  return readJobSettings(files);
}

/** The nearest `gigq.toml`, from the current folder upwards. */
function projectFile(cwd: string): string | null {
  for (let folder = cwd.replace(/[\\/]+$/, "");;) {
    const path = `${folder}/gigq.toml`;
    if (isFile(path)) return path;
    const parent = folder.replace(/[\\/][^\\/]*$/, "");
    if (parent === folder) return null;
    folder = parent;
  }
}

function userFile({ env }: SettingsPlace): string | null {
  const home = env("HOME") ?? env("USERPROFILE");
  const folder = env("XDG_CONFIG_HOME") || env("APPDATA") || (home === undefined ? null : `${home}/.config`);
  const path = `${folder}/gigq/gigq.toml`;
  return folder !== null && isFile(path) ? path : null;
}

function isFile(path: string): boolean {
  try {
    return Deno.statSync(path).isFile;
  } catch {
    return false;
  }
}
