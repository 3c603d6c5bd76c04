/** Room for jobs, and whether the server would delete some to make it. */

import type { Finding } from "../../../core/ports.ts";
import { formatBytes } from "../../../output/bytes.ts";
import { ok, problem, warning } from "../../finding.ts";
import type { Line } from "../line.ts";
import { type Info, readSetting } from "./info.ts";

/** Beyond that share of the limit little is left. */
const NEARLY_FULL = 0.9;

/** The check `memory`. */
export async function checkMemory(line: Line, info: Info): Promise<Finding> {
  const used = Number(info.get("used_memory") ?? 0);
  const limit = Number(info.get("maxmemory") ?? 0);
  const policy = info.get("maxmemory_policy") ?? await readSetting(line, "maxmemory-policy");
  if (policy === null) {
    return warning(
      "memory",
      "The server does not tell what it deletes when its memory is full",
      "Set maxmemory-policy noeviction",
    );
  }
  if (policy !== "noeviction") {
    const message = `maxmemory-policy is ${policy}: the server deletes keys of jobs when its memory is full`;
    const hint = "Set maxmemory-policy noeviction";
    return limit === 0
      ? warning("memory", `${message}, once maxmemory is set`, hint)
      : problem("memory", message, hint);
  }
  const share = limit === 0 ? "" : ` of ${formatBytes(limit)}`;
  if (limit > 0 && used > limit * NEARLY_FULL) {
    return warning(
      "memory",
      `${formatBytes(used)}${share} are used: soon no job can be added`,
      "Raise maxmemory, or delete final jobs with gigq clear",
    );
  }
  return ok("memory", `${formatBytes(used)}${share} used, and nothing is deleted to make room`);
}
