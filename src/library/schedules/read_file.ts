/** Files of schedules. */

import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { UsageError } from "../../core/errors.ts";
import type { JobDefaults } from "../policy.ts";
import { readText } from "../read_text.ts";
import { parseDocument, type TextDocument } from "../workflow/document.ts";
import { FileReader } from "../workflow/file_reader.ts";
import { SchedulesFileError } from "./file_error.ts";
import { SCHEDULES_FILE_KEYS } from "./file_keys.ts";
import { ScheduleReader } from "./read_schedule.ts";
import { parseToml } from "./toml.ts";
import type { WantedSchedule } from "./types.ts";

/** How a file of schedules is read. */
export interface ReadSchedulesOptions {
  /** Policies and rules for jobs that say nothing: `queue.defaults` of the queue they are meant for. */
  readonly defaults?: JobDefaults;
}

const YAML = /\.(ya?ml|json)$/i;
const TOML = /\.toml$/i;

/**
 * Reads a file of schedules, with the workflows and calendars it names: for `queue.schedules.apply`.
 *
 * @param path `.yaml`, `.yml` or `.json`; or `.toml`, such as `gigq.toml`, of which the tables `[schedules.NAME]` are
 * read. Paths in it are relative to it
 * @returns In the order of the file
 * @throws {NotFoundError} When there is no such file
 * @throws {SchedulesFileError} With one line a problem: `file:line:column: what`
 *
 * @example
 * ```ts
 * import { JobQueue } from "@gigq/gigq";
 * import { readSchedules } from "@gigq/gigq/load";
 *
 * const file = await Deno.makeTempFile({ suffix: ".yaml" });
 * await Deno.writeTextFile(
 *   file,
 *   `
 * schedules:
 *   report:
 *     on: every weekday at 06:00
 *     tz: Europe/Prague
 *     run: [./report.sh, "\${{ schedule.date }}"]
 * `,
 * );
 * await using queue = await JobQueue.open(":memory:");
 * const changes = await queue.schedules.apply(await readSchedules(file), { prune: true });
 * console.log(changes.map(({ name, change }) => `${name}: ${change}`)); // [ "report: added" ]
 * await Deno.remove(file);
 * ```
 */
export async function readSchedules(
  path: string,
  options: ReadSchedulesOptions = {},
): Promise<readonly WantedSchedule[]> {
  if (!YAML.test(path) && !TOML.test(path)) {
    throw new UsageError(`File of schedules "${path}" is of no known kind`, {
      hint: "Name it .yaml, .yml, .json or .toml",
    });
  }
  return await readSchedulesText(await readText("File of schedules", path), path, path, options);
}

/**
 * The same of a text, such as one that somebody edits.
 *
 * @param shown What messages call the file
 * @param base Path of the file: paths in the text are relative to its folder; of one that ends with `.toml` the text is
 * TOML
 * @throws {SchedulesFileError} With one line a problem: `file:line:column: what`
 */
export async function readSchedulesText(
  source: string,
  shown: string,
  base: string,
  { defaults = {} }: ReadSchedulesOptions = {},
): Promise<readonly WantedSchedule[]> {
  const isToml = TOML.test(base);
  const document = isToml ? await parseToml(source) : await parseDocument(source);
  if (document.problems.length > 0) throw new SchedulesFileError(shown, document.problems);
  const reader = new FileReader(document);
  const file = pathToFileURL(resolve(base));
  const wanted: WantedSchedule[] = [];
  for (const [name, value] of Object.entries(tablesOf(reader, document, isToml))) {
    const read = await new ScheduleReader({ reader, file, nowMs: 0, defaults }, name).read(value);
    if (read !== undefined) wanted.push(read);
  }
  if (reader.problems.length > 0) throw new SchedulesFileError(shown, reader.problems);
  return wanted;
}

/** The schedules of a file. TOML may say other things, too: settings of the command line, which checks them. */
function tablesOf(
  reader: FileReader,
  { value }: TextDocument,
  isToml: boolean,
): Readonly<Record<string, unknown>> {
  const table = reader.table([], "The file", value, isToml ? undefined : SCHEDULES_FILE_KEYS);
  if (table === undefined) return {};
  // Nothing at all is rather a mistake than the wish to have none, which prunes all there are.
  if (table.schedules === undefined || table.schedules === null) {
    reader.note({
      at: table.schedules === null ? ["schedules"] : [],
      message: isToml ? "The file has no [schedules.NAME]" : "The file has no schedules",
      hint: isToml
        ? "Write a table such as [schedules.report] with on and run"
        : "Add schedules: { NAME: { on: every day at 06:00, run: [program] } }, or schedules: {} for none",
    });
    return {};
  }
  return reader.table(["schedules"], "schedules", table.schedules) ?? {};
}
