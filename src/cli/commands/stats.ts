/** `gigq stats` */

import type { CommandSpec } from "../command.ts";

const stats: CommandSpec = {
  name: "stats",
  summary: "Count jobs by status and queue",
  examples: [
    { command: "gigq stats", help: "How much there is of what" },
    { command: "gigq stats --json | jq .statuses.failed", help: "One figure, for a monitor" },
  ],
  run: async (input, io) => (await import("../actions/stats.ts")).printStats(input, io),
};

export default stats;
