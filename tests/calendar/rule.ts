import type { TimeRule } from "../../src/core/schedule.ts";

/** A rule of what is given. */
export function ruleOf(given: Partial<TimeRule>): TimeRule {
  return {
    zone: "UTC",
    cron: [],
    on: [],
    everyMs: null,
    anchor: 0,
    between: [],
    except: [],
    only: [],
    from: null,
    until: null,
    ...given,
  };
}
