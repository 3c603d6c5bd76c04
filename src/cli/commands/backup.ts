/** `gigq backup` */

import type { CommandSpec } from "../command.ts";

const backup: CommandSpec = {
  name: "backup",
  summary: "Write a copy of the queue to a file, while it is used",
  description: `
    The copy holds everything as it stood at one moment after the command began: no job that was acknowledged before
    is missing. Workers and submitters go on meanwhile. The file gets its name once it is complete, checked and on the
    disk; it is readable by its owner only. A backup that is killed leaves FILE.*.tmp behind, which may be deleted.

    To restore: stop the workers, move the queue's file out of the way, and with it those beside it that end in -wal
    and -shm, and copy the backup to its place; or use it where it is, with --db. Jobs that were running when the
    backup was written are taken back when their leases end.

    Do not copy the queue's file itself: what was written last may still stand in the file -wal beside it.`,
  arguments: [{ name: "FILE", help: "Where to write the copy", complete: "file" }],
  options: [{ name: "force", type: "flag", help: "Replace FILE if it is there" }],
  examples: [
    { command: "gigq backup backup.db", help: "Keep a copy" },
    {
      command: "gigq backup --force backup.db && gigq stats --db backup.db",
      help: "Replace it, and look into it",
    },
  ],
  run: async (input, io) => (await import("../actions/backup.ts")).backUp(input, io),
};

export default backup;
