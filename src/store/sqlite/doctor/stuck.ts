/** Jobs and schedules that wait for something that may never come, and clocks that explain why. */

import { counted } from "../../../core/counted.ts";
import type { Finding } from "../../../core/ports.ts";
import type { Driver } from "../driver.ts";
import { ago, ok, problem, span, warning } from "../../finding.ts";
import { OVERDUE_MS, overdueFinding } from "../../overdue_finding.ts";

/** Any worker that lives takes a job back within a lease of some seconds. */
const LONG_EXPIRED_MS = 5 * 60_000;
/** So long a ready job waits where a worker is busy; beyond it, there may be none. */
const UNSERVED_MS = 10 * 60_000;
/** Clocks of one machine do not differ; those of a restored copy might, a little. */
const AHEAD_MS = 60_000;
/** Leases are seconds or minutes long. */
const LONGEST_LEASE_MS = 86_400_000;

/** All that may be stuck, with what to do; one line when nothing is. */
export function* checkJobs(driver: Driver, now: number): Generator<Finding> {
  yield checkLeases(driver, now);
  const waiting = [...checkPaused(driver), ...checkUnserved(driver, now)];
  yield* waiting;
  if (waiting.length === 0) yield ok("waiting", "Nothing that is ready waits in vain");
  const schedules = checkSchedules(driver, now);
  if (schedules !== null) yield schedules;
  yield* checkClock(driver, now);
}

/** The check `leases`; the library rescues them when asked to fix. */
function checkLeases(driver: Driver, now: number): Finding {
  const { count, oldest } = driver.prepare(
    "SELECT count(*) AS count, min(lease_until) AS oldest FROM job_state WHERE status = 3 AND lease_until < ?",
  ).get<{ count: number; oldest: number | null }>(now - LONG_EXPIRED_MS)!;
  if (count === 0) return ok("leases", "No job is held beyond its lease");
  return problem(
    "leases",
    `${counted(count, "running job")} lost the worker, the first ${ago(now - oldest!)}, and nobody took over`,
    "Start a worker, or let gigq doctor --fix hand them back",
  );
}

function* checkPaused(driver: Driver): Generator<Finding> {
  const rows = driver.prepare(`
    SELECT l.queue, count(*) AS count FROM job_state s JOIN lanes l ON l.id = s.lane
    JOIN queues q ON q.name = l.queue AND q.paused = 1
    WHERE s.status = 2 GROUP BY l.queue ORDER BY l.queue`).all<{ queue: string; count: number }>();
  for (const { queue, count } of rows) {
    yield warning(
      "waiting",
      `${counted(count, "ready job")} in queue ${queue}, which is paused`,
      `gigq queue resume ${queue}`,
    );
  }
}

interface Lane {
  readonly id: number;
  readonly queue: string;
  readonly route: string;
  readonly count: number;
  readonly oldest: number;
}

function* checkUnserved(driver: Driver, now: number): Generator<Finding> {
  const lanes = driver.prepare(`
    SELECT l.id, l.queue, l.route, count(*) AS count, min(s.due_at) AS oldest
    FROM job_state s JOIN lanes l ON l.id = s.lane
    WHERE s.status = 2 AND l.queue NOT IN (SELECT name FROM queues WHERE paused = 1)
    GROUP BY l.id HAVING oldest < ? ORDER BY l.id`).all<Lane>(now - UNSERVED_MS);
  const latest = driver.prepare("SELECT max(started_at) AS at FROM job_state WHERE lane = ? AND status >= 3");
  for (const { id, queue, route, count, oldest } of lanes) {
    const at = latest.get<{ at: number | null }>(id)!.at;
    if (at !== null && at >= now - UNSERVED_MS) continue;
    yield warning(
      "waiting",
      `${counted(count, "job")} of ${route} in queue ${queue} ready since ${
        ago(now - oldest)
      }, and no worker ` +
        "takes them",
      route.startsWith("function:")
        ? `Run the script that registers the task ${route.slice("function:".length)}`
        : `gigq worker --queue ${queue}`,
    );
  }
}

/** The check `schedules`. */
function checkSchedules(driver: Driver, now: number): Finding | null {
  const { schedules } = driver.prepare("SELECT count(*) AS schedules FROM schedules").get<
    { schedules: number }
  >()!;
  const first = driver.prepare(`
    SELECT name, next_at AS nextAt, count(*) OVER () AS overdue FROM schedules
    WHERE next_at < ? ORDER BY next_at, id LIMIT 1`).get<{ name: string; nextAt: number; overdue: number }>(
    now - OVERDUE_MS,
  );
  return overdueFinding({ schedules, overdue: first?.overdue ?? 0, first: first ?? null }, now);
}

function* checkClock(driver: Driver, now: number): Generator<Finding> {
  const { last } = driver.prepare(`
    SELECT max(at) AS last FROM (
      SELECT max(created_at) AS at FROM jobs
      UNION ALL SELECT max(started_at) FROM job_state
      UNION ALL SELECT max(finished_at) FROM job_state)`).get<{ last: number | null }>()!;
  const { lease } = driver.prepare("SELECT max(lease_until) AS lease FROM job_state WHERE status = 3").get<
    { lease: number | null }
  >()!;
  const ahead = (last ?? 0) - now;
  if (ahead > AHEAD_MS) {
    yield problem(
      "clock",
      `Something happened ${span(ahead)} from now: the clock of this machine was ahead, or is behind`,
      "Set the clock right; jobs submitted meanwhile may start later than they should",
    );
  } else if ((lease ?? 0) - now > LONGEST_LEASE_MS) {
    yield problem(
      "clock",
      `A running job is held for another ${span(lease! - now)}: its worker's clock was ahead`,
      "Once its worker has ended, a worker on the same machine takes it back; else cancel the job",
    );
  } else yield ok("clock", "Nothing happened later than now");
}
