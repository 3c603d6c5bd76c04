/** What all settings files together say about jobs that do not say it themselves. */

import { ConfigError, GigqError } from "../core/errors.ts";
import { checkDefaults, type JobDefaults } from "../library/policy.ts";
import { readDefaults } from "./settings_defaults.ts";
import type { SettingsFile } from "./settings_file.ts";

/** Defaults, and the files they come from. */
export interface JobSettings {
  readonly defaults: JobDefaults;
  /** Path of the file that describes something, by a name such as `policies.slow`. */
  readonly sources: Readonly<Record<string, string>>;
}

const TABLES = ["policies", "kinds", "queues", "jobs"] as const;

/**
 * Puts files together, nearest first: of two that describe one policy, the nearer one is heard.
 *
 * @throws {ConfigError} Naming the file and what of it is wrong
 */
export function readJobSettings(files: readonly SettingsFile[]): JobSettings {
  const read = files.map(({ path, toml }) => ({ path, defaults: readDefaults(path, toml) }));
  const sources: Record<string, string> = {};
  let merged: JobDefaults = {};
  for (const { path, defaults } of read.toReversed()) {
    merged = { ...merged, ...defaults };
    if (defaults.onError !== undefined) sources["on-error"] = path;
  }
  for (const table of TABLES) {
    const entries = read.toReversed().flatMap(({ path, defaults }) =>
      Object.entries(defaults[table] ?? {}).map(([name, entry]) => {
        sources[`${table}.${name}`] = path;
        return [name, entry] as const;
      })
    );
    if (entries.length > 0) merged = { ...merged, [table]: Object.fromEntries(entries) };
  }
  for (const { path, defaults } of read) check(path, { ...defaults, jobs: merged.jobs });
  return { defaults: merged, sources };
}

/** Each file alone, so that its name can be told, but with the jobs of all. */
function check(path: string, defaults: JobDefaults): void {
  try {
    checkDefaults(defaults);
  } catch (error) {
    if (!(error instanceof GigqError)) throw error;
    throw new ConfigError(`${path}: ${error.message}`, { hint: error.hint, cause: error });
  }
}
