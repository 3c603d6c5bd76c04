/** `gigq move` */

import type { CommandSpec } from "../command.ts";

const move: CommandSpec = {
  name: "move",
  summary: "Move the queue with all it holds to another place",
  description: `
    Moves jobs of every status, their attempts and output, workflow runs, causes, paused queues, and schedules with
    their history to an empty place: a new file, a schema of PostgreSQL, a prefix of Redis. First no more jobs are
    started (submits are refused meanwhile, with exit code 75), then running ones may end, then everything is copied,
    read again from both sides and compared. Only then the queue says that it has moved: whoever uses it is told the new
    place, with exit code 78, and its workers end so. Start new ones there.

    A move that was interrupted, by whatever, is gone on with by the same command. --abort gives it up: the queue is as
    before, and what the target holds is worth nothing.`,
  options: [
    {
      name: "from",
      type: "string",
      value: "PLACE",
      complete: "file",
      help: "The queue to move; default: the one of --db",
    },
    { name: "to", type: "string", value: "PLACE", complete: "file", help: "Where to: a file or a URL" },
    {
      name: "wait",
      type: "duration",
      value: "DURATION",
      help: "Let running jobs end, for at most so long; default: refuse when some run",
    },
    { name: "copy", type: "flag", help: "Leave the queue as it is; the copy is a queue of its own" },
    { name: "abort", type: "flag", help: "Give up a move that was begun and not finished" },
    {
      name: "batch",
      type: "integer",
      value: "N",
      min: 1,
      max: 100_000,
      help: "Records copied at a time; default 500",
    },
  ],
  examples: [
    {
      command: "gigq move --to postgres://db.example/jobs --wait 10m",
      help: "The queue of this folder to a server",
    },
    { command: "gigq move --from redis://127.0.0.1/0 --to gigq.db", help: "From a server to a file" },
    { command: "gigq move --copy --to copy.db", help: "A queue like this one, to try things with" },
    { command: "gigq move --abort", help: "Use the queue as before" },
  ],
  run: async (input, io) => (await import("../actions/move.ts")).move(input, io),
};

export default move;
