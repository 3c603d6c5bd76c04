/** Copies of the server, and what its end costs. */

import { counted } from "../../../core/counted.ts";
import type { Finding } from "../../../core/ports.ts";
import { ok, problem, warning } from "../../finding.ts";
import type { Line } from "../line.ts";
import { type Info, readSetting } from "./info.ts";

/** The check `replicas`. */
export async function* checkReplicas(line: Line, info: Info): AsyncGenerator<Finding> {
  if (info.get("role") === "slave") {
    yield problem(
      "replicas",
      "The server is a replica: it takes no changes",
      "Name the master in the address",
    );
    return;
  }
  const count = Number(info.get("connected_slaves") ?? 0);
  if (count === 0) {
    yield ok("replicas", "The server has no replica: while it is down, workers wait");
    return;
  }
  const least = await readSetting(line, "min-replicas-to-write");
  if (least === "0") {
    yield warning(
      "replicas",
      `${counted(count, "replica")}, and the server goes on without: a failover may lose the last changes`,
      "Set min-replicas-to-write 1",
    );
    return;
  }
  yield ok(
    "replicas",
    `${counted(count, "replica")}${least === null ? "" : `, at least ${least} for each change`}`,
  );
}
