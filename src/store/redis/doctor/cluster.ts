/** Whether all of a cluster is there. */

import { counted } from "../../../core/counted.ts";
import type { Finding } from "../../../core/ports.ts";
import { ok, problem, warning } from "../../finding.ts";
import type { Line } from "../line.ts";
import { toMap } from "./info.ts";

/** The check `cluster`. */
export async function checkCluster(line: Line): Promise<Finding> {
  const info = toMap(await line.command<string>("CLUSTER", ["INFO"]));
  const size = Number(info.get("cluster_size") ?? 0);
  if (info.get("cluster_state") !== "ok") {
    return problem(
      "cluster",
      "The cluster is down: not all of its slots are served",
      "Start the servers that are down",
    );
  }
  if (!line.url.cluster) {
    return warning(
      "cluster",
      "The server is part of a cluster",
      "Add ?cluster=true, so that a failover is followed",
    );
  }
  return ok("cluster", `${counted(size, "server")} with slots; one of them holds this queue`);
}
