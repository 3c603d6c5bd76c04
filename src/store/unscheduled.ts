/** Stands in for the schedules of a store that has none yet. */

import type { Schedules } from "../core/ports.ts";

const nothing = (): never => {
  throw new Error("This store keeps no schedules yet");
};

export const UNSCHEDULED: Schedules = {
  add: nothing,
  list: nothing,
  remove: nothing,
  due: () => Promise.resolve({ schedules: [], nextAt: null }),
  advance: nothing,
  firings: nothing,
};
