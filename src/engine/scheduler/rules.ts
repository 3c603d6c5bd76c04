/** The slots of schedules, read once for each of their rules. */

import { UsageError } from "../../core/errors.ts";
import type { Times, Timetable } from "../../core/ports.ts";
import type { Schedule } from "../../core/schedule.ts";

/** Beyond so many all are forgotten: schedules that were deleted long ago must not stay for ever. */
const MOST = 10_000;

interface Entry {
  version: number;
  /** The rule as text: the version rises at every slot, the rule stays as it is. */
  readonly rule: string;
  readonly times: Promise<Times>;
}

export class Rules {
  readonly #entries = new Map<Schedule["id"], Entry>();

  constructor(private readonly timetable: Timetable) {}

  /** @throws {UsageError} For a rule that this version does not understand */
  async times({ id, version, definition }: Schedule): Promise<Times> {
    const known = this.#entries.get(id);
    if (known?.version === version) return await known.times;
    const rule = JSON.stringify(definition.when);
    if (known?.rule === rule) {
      known.version = version;
      return await known.times;
    }
    if (this.#entries.size >= MOST) this.#entries.clear();
    const times = this.timetable.times(definition.when);
    this.#entries.set(id, { version, rule, times });
    try {
      return await times;
    } catch (error) {
      // What is wrong with a rule stays wrong, and a large calendar must not be read at every look to find that out.
      if (!(error instanceof UsageError)) this.#entries.delete(id);
      throw error;
    }
  }
}
