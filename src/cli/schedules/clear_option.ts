/** `--clear`: options that `gigq schedule edit` takes away. */

import { UsageError } from "../../core/errors.ts";
import { didYouMean } from "../../core/suggest.ts";
import type { ScheduleEdit } from "../../library/schedules/types.ts";

type Options = NonNullable<ScheduleEdit["options"]>;

const KEYS: Readonly<Record<string, keyof Options>> = {
  cron: "cron",
  on: "on",
  every: "every",
  between: "between",
  except: "except",
  only: "only",
  from: "from",
  until: "until",
  count: "count",
  jitter: "jitter",
  overlap: "overlap",
  "catch-up": "catchUp",
  "catch-up-window": "catchUpWindow",
  "pause-on-failure": "pauseOnFailure",
  description: "description",
};

/** What can be taken away. */
export const CLEARABLE: readonly string[] = Object.keys(KEYS);

/**
 * Reads what `--clear` says: names, or several with commas.
 *
 * @returns `null` for each option that is taken away
 * @throws {UsageError} Naming the word
 */
export function clearedOptions(texts: readonly string[]): Options {
  const names = texts.flatMap((text) => text.split(",")).map((word) => word.trim().replace(/^--/, ""));
  return Object.fromEntries(names.map((name) => {
    if (Object.hasOwn(KEYS, name)) return [KEYS[name]!, null];
    throw new UsageError(`--clear "${name}" is no option that can be taken away`, {
      hint: didYouMean(name, CLEARABLE) ?? `Write one of ${CLEARABLE.join(", ")}`,
    });
  }));
}
