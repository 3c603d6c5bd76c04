/** A check-up of a queue on a Redis or Valkey server. It changes nothing, and makes no queue where there is none. */

import type { Finding } from "../../../core/ports.ts";
import { ok, toFinding } from "../../finding.ts";
import { ForbiddenError, nameOf } from "../errors.ts";
import type { Line } from "../line.ts";
import { checkVersion, connect, readTime } from "../open.ts";
import { parseRedisUrl } from "../url.ts";
import { checkCluster } from "./cluster.ts";
import { type Info, readInfo } from "./info.ts";
import { checkMemory } from "./memory.ts";
import { checkSchedules } from "./overdue.ts";
import { checkPersistence } from "./persistence.ts";
import { checkReplicas } from "./replicas.ts";
import { checkStoreKeys } from "./store.ts";
import { checkJobs } from "./stuck.ts";

/** Checks one after the other; ends early where what follows could only repeat the same news. */
export async function* checkRedis(location: string): AsyncGenerator<Finding> {
  let line: Line | undefined;
  try {
    line = await connect(parseRedisUrl(location));
    await checkVersion(line);
    yield* inspect(line);
  } catch (error) {
    yield toFinding("server", error);
  } finally {
    line?.close();
  }
}

async function* inspect(line: Line): AsyncGenerator<Finding> {
  const info = await tellInfo(line);
  yield describe(line, info);
  if (info !== null) {
    yield await checkPersistence(line, info);
    yield await checkMemory(line, info);
    yield* checkReplicas(line, info);
    if (info.get("cluster_enabled") === "1") yield await checkCluster(line);
  }
  const store = await checkStoreKeys(line);
  yield store;
  if (store.verdict === "problem" || line.store === "") return;
  const now = await readTime(line);
  yield* checkJobs(line, now);
  const schedules = await checkSchedules(line, now);
  if (schedules !== null) yield schedules;
}

async function tellInfo(line: Line): Promise<Info | null> {
  try {
    return await readInfo(line);
  } catch (error) {
    if (error instanceof ForbiddenError) return null;
    throw error;
  }
}

function describe(line: Line, info: Info | null): Finding {
  const at = nameOf(line.url);
  if (info === null) return ok("server", `${at} answers; this user may not ask for its version`);
  const valkey = info.get("valkey_version");
  const version = valkey === undefined ? `Redis ${info.get("redis_version")}` : `Valkey ${valkey}`;
  return ok("server", `${at} answers: ${version}`);
}
