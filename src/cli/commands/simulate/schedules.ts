/** `gigq simulate schedules` */

import type { CommandSpec } from "../../command.ts";
import { ANY_SCHEDULES_ARGUMENT } from "../../schedules/arguments.ts";

const schedules: CommandSpec = {
  name: "schedules",
  summary: "List when schedules would be due, and which get into each other's way",
  description: `
    Nothing is changed. Times at which several are due at once are marked, and so is what would become of a time when runs
    take as long as they did lately: what would be skipped, wait or be cancelled.

    With --file the schedules of a file are looked at, and no queue is needed; where there is one, it tells how long
    runs of the same names took.`,
  arguments: [{ ...ANY_SCHEDULES_ARGUMENT, help: "Names of schedules; default all that are not paused" }],
  options: [
    { name: "from", type: "string", value: "TIME", help: "Where to begin; default now" },
    { name: "until", type: "string", value: "TIME", help: "Where to end: 7d, 2027-01-01; default 7d" },
    {
      name: "tz",
      type: "string",
      value: "ZONE",
      complete: "zone",
      help: "Show times on the clocks of this zone; default that of all of them, or this machine's",
    },
    {
      name: "file",
      short: "f",
      type: "string",
      value: "FILE",
      complete: "file",
      help: "Schedules as YAML or JSON; - for stdin",
    },
  ],
  examples: [
    { command: "gigq simulate schedules", help: "The next seven days" },
    {
      command: "gigq simulate schedules --file schedules.yaml --until 365d --json",
      help: "A year of a file, for a program",
    },
  ],
  run: async (input, io) => (await import("../../actions/schedule/simulate.ts")).simulateSchedules(input, io),
};

export default schedules;
