/** `gigq doctor` */

import type { CommandSpec } from "../command.ts";

const doctor: CommandSpec = {
  name: "doctor",
  summary: "Check the queue's file or server, and say what to do",
  description: `
    Looks at the queue and at jobs that are stuck. Of a file it checks the rights, the SQLite library, the file system,
    the disk, the schema, every page, and whether the tables agree; of a server its version, its settings and its room,
    as far as they decide whether jobs are safe. Prints a line for each check: ok, a warning or a problem, and what to do
    about it. Exits with 1 when there is a warning or a problem.

    Nothing is changed, unless --fix is given. It takes rights on a file from others than its owner, moves the log into
    the database, and hands back the jobs of workers that are gone, as a worker would do.

    With --capabilities it prints what differs between the backends that can keep a queue, and looks at none.`,
  options: [
    { name: "fix", type: "flag", help: "Mend what can be mended without losing anything" },
    {
      name: "quick",
      type: "flag",
      help: "Do not compare indexes with tables, which takes long on large files",
    },
    { name: "capabilities", type: "flag", help: "Print what the backends can do, and check nothing" },
  ],
  examples: [
    { command: "gigq doctor", help: "Is all well?" },
    { command: "gigq doctor --db postgres://db.example/jobs", help: "The same of a server" },
    { command: "gigq doctor --json | jq -r 'select(.verdict != \"ok\").message'", help: "Only what is not" },
  ],
  run: async (input, io) => (await import("../actions/doctor.ts")).checkQueue(input, io),
};

export default doctor;
