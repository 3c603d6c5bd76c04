/** The names that commands about schedules take. */

import type { ArgumentSpec } from "../command.ts";

export const SCHEDULE_ARGUMENT: ArgumentSpec = {
  name: "NAME",
  help: "Name of the schedule",
  complete: "schedule",
};

export const SCHEDULES_ARGUMENT: ArgumentSpec = {
  name: "NAME",
  help: "Names of schedules",
  variadic: true,
  complete: "schedule",
};

export const ANY_SCHEDULES_ARGUMENT: ArgumentSpec = { ...SCHEDULES_ARGUMENT, optional: true };
