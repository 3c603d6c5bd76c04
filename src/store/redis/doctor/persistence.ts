/** What of a queue survives the end of its server. */

import type { Finding } from "../../../core/ports.ts";
import { ok, problem, warning } from "../../finding.ts";
import type { Line } from "../line.ts";
import { type Info, readSetting } from "./info.ts";

const HINT = "Set appendonly yes, with appendfsync always for jobs that must survive a power cut";

/** The check `persistence`. */
export async function checkPersistence(line: Line, info: Info): Promise<Finding> {
  const failed = ["rdb_last_bgsave_status", "aof_last_write_status", "aof_last_bgrewrite_status"]
    .filter((name) => (info.get(name) ?? "ok") !== "ok");
  if (failed.length > 0) {
    return problem(
      "persistence",
      `The server could not write its data: ${failed.join(", ")}`,
      "Make room on its disk, and look into its log",
    );
  }
  if (info.get("aof_enabled") === "1") return await tellFsync(line);
  const save = await readSetting(line, "save");
  if (save === null) {
    return warning(
      "persistence",
      "appendonly is off, and this user may not ask how often the server saves its data",
      HINT,
    );
  }
  if (save === "") {
    return problem(
      "persistence",
      "The server keeps jobs in its memory only: they are gone when it ends",
      HINT,
    );
  }
  return warning(
    "persistence",
    `The server saves its data now and then (save ${save}): a crash loses the jobs since`,
    HINT,
  );
}

async function tellFsync(line: Line): Promise<Finding> {
  const fsync = await readSetting(line, "appendfsync");
  switch (fsync) {
    case "always":
      return ok("persistence", "appendonly with appendfsync always: what was acknowledged is on the disk");
    case "everysec":
      return ok(
        "persistence",
        "appendonly with appendfsync everysec: a power cut loses up to a second, the server's end nothing",
      );
    case "no":
      return warning(
        "persistence",
        "appendfsync is no: a power cut loses what the system had not written, some 30 seconds",
        HINT,
      );
    default:
      return warning(
        "persistence",
        "appendonly is on, and this user may not ask for appendfsync",
        "Allow CONFIG GET, or look at redis.conf",
      );
  }
}
