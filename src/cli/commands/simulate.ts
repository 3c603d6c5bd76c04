/** `gigq simulate`: what would happen. */

import type { GroupSpec } from "../command.ts";

const simulate: GroupSpec = {
  name: "simulate",
  summary: "Tell what schedules would do",
  commands: [
    {
      name: "schedules",
      summary: "List when schedules would be due, and which get into each other's way",
      load: () => import("./simulate/schedules.ts").then((module) => module.default),
    },
  ],
};

export default simulate;
