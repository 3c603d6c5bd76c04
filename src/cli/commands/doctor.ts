/** `gigq doctor` */

import type { CommandSpec } from "../command.ts";

const doctor: CommandSpec = {
  name: "doctor",
  summary: "Check the queue's file, and say what to do",
  description: `
    Looks at the file and its rights, the SQLite library, the file system, the disk, the schema, every page, whether
    the tables agree, and at jobs that are stuck. Prints a line for each check: ok, a warning or a problem, and what to
    do about it. Exits with 1 when there is a warning or a problem.

    Nothing is changed, unless --fix is given. It takes rights on the file from others than its owner, moves the log
    into the database, and hands back the jobs of workers that are gone, as a worker would do.`,
  options: [
    { name: "fix", type: "flag", help: "Mend what can be mended without losing anything" },
    {
      name: "quick",
      type: "flag",
      help: "Do not compare indexes with tables, which takes long on large files",
    },
  ],
  examples: [
    { command: "gigq doctor", help: "Is all well?" },
    { command: "gigq doctor --json | jq -r 'select(.verdict != \"ok\").message'", help: "Only what is not" },
  ],
  run: async (input, io) => (await import("../actions/doctor.ts")).checkQueue(input, io),
};

export default doctor;
