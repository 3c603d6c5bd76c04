/** Whether the tables tell one story: SQLite keeps pages whole, these are the rules that only GigQ knows. */

import { counted } from "../../../core/counted.ts";
import type { Finding } from "../../../core/ports.ts";
import type { Driver } from "../driver.ts";
import { ok, problem, warning } from "../../finding.ts";

/** How many ids a finding names. */
const NAMED = 5;

/** A query whose rows break a rule. It selects `id`. */
interface Rule {
  readonly sql: string;
  /** What is wrong with those, such as `a job without a state`; counted in front. */
  readonly noun: string;
  readonly hint: string;
  readonly harmless?: boolean;
}

const RESTORE = "Restore the file from a backup, or ask for help with a copy of it";
const HARMLESS = "This does no harm; a backup and a restore do not change it";
const COUNT_ANEW = "Cancel such a job and requeue it: its dependencies are counted anew";

const RULES: readonly Rule[] = [
  {
    sql: "SELECT id FROM jobs WHERE id NOT IN (SELECT id FROM job_state)",
    noun: "a job without a state",
    hint: RESTORE,
  },
  {
    sql: "SELECT id FROM job_state WHERE id NOT IN (SELECT id FROM jobs)",
    noun: "a state without a job",
    hint: RESTORE,
  },
  {
    sql: "SELECT id FROM job_state WHERE lane NOT IN (SELECT id FROM lanes)",
    noun: "a job in no queue",
    hint: RESTORE,
  },
  {
    sql: "SELECT id FROM jobs WHERE policy NOT IN (SELECT id FROM policies)",
    noun: "a job without a policy",
    hint: RESTORE,
  },
  {
    sql: "SELECT id FROM job_state WHERE worker IS NOT NULL AND worker NOT IN (SELECT id FROM workers)",
    noun: "a job of an unknown worker",
    hint: RESTORE,
  },
  {
    sql: `
      SELECT id FROM jobs WHERE NOT json_valid(payload) OR (tags IS NOT NULL AND NOT json_valid(tags))
      UNION SELECT id FROM results WHERE NOT json_valid(body)
      UNION SELECT id FROM errors WHERE NOT json_valid(body)
      UNION SELECT id FROM progress WHERE NOT json_valid(body)
      UNION SELECT job FROM attempts WHERE NOT json_valid(coalesce(error, 'null')) OR NOT json_valid(coalesce(decision, 'null'))
      UNION SELECT job FROM checkpoints WHERE NOT json_valid(value)
      UNION SELECT job FROM steps WHERE NOT json_valid(value)
      UNION SELECT j.id FROM jobs j JOIN policies p ON p.id = j.policy WHERE NOT json_valid(p.body)`,
    noun: "a job with a value that is no JSON",
    hint: RESTORE,
  },
  {
    sql: "SELECT id FROM job_state WHERE (status = 3) <> (lease_until IS NOT NULL)",
    noun: "a job that runs without a lease, or has one without running",
    hint: RESTORE,
  },
  {
    sql: `
      SELECT e.child AS id FROM edges e JOIN job_state s ON s.id = e.child
      WHERE s.status < 4 AND e.parent NOT IN (SELECT id FROM job_state)`,
    noun: "an unfinished job that depends on one that is gone",
    hint: "Cancel such a job",
  },
  {
    sql: `
      SELECT s.id FROM job_state s WHERE s.status = 0 AND s.waiting_on <> (
        SELECT count(*) FROM edges e JOIN job_state p ON p.id = e.parent WHERE e.child = s.id AND p.status < 4
      ) + (SELECT count(*) FROM holds h WHERE h.job = s.id)`,
    noun: "a blocked job that waits for more or fewer jobs than are open",
    hint: COUNT_ANEW,
  },
  {
    sql: `
      SELECT h.job AS id FROM holds h
      LEFT JOIN job_state s ON s.id = h.job LEFT JOIN job_state c ON c.id = h.canary
      WHERE s.status IS NOT 0 OR c.status IS NULL OR c.status >= 4`,
    noun: "a job that waits for a canary which has ended, or does not wait",
    hint: COUNT_ANEW,
  },
  {
    sql: "SELECT id FROM dead_letters WHERE id NOT IN (SELECT id FROM job_state WHERE status = 5)",
    noun: "a dead letter that has not failed",
    hint: RESTORE,
  },
  {
    sql: "SELECT id FROM errors WHERE cause IS NOT NULL AND cause NOT IN (SELECT id FROM causes)",
    noun: "a failure of an unknown cause",
    hint: RESTORE,
  },
  {
    sql: "SELECT max(id) AS id FROM jobs HAVING max(id) > (SELECT value FROM counters WHERE name = 'job')",
    noun: "a job beyond the counter of ids, which would be given out again",
    hint: RESTORE,
  },
  {
    sql: `
      SELECT DISTINCT job AS id FROM attempts WHERE job NOT IN (SELECT id FROM jobs)
      UNION SELECT id FROM results WHERE id NOT IN (SELECT id FROM jobs)
      UNION SELECT id FROM errors WHERE id NOT IN (SELECT id FROM jobs)
      UNION SELECT DISTINCT job FROM logs WHERE job NOT IN (SELECT id FROM jobs)
      UNION SELECT job FROM checkpoints WHERE job NOT IN (SELECT id FROM jobs)
      UNION SELECT DISTINCT job FROM steps WHERE job NOT IN (SELECT id FROM jobs)`,
    noun: "a job that is gone and left records behind",
    hint: HARMLESS,
    harmless: true,
  },
  {
    sql: `
      SELECT id FROM schedules WHERE id NOT IN (SELECT id FROM schedule_definitions)
      UNION SELECT id FROM schedule_definitions WHERE id NOT IN (SELECT id FROM schedules)`,
    noun: "a schedule without a definition, or the other way round",
    hint: RESTORE,
  },
  {
    sql: `
      SELECT id FROM schedules WHERE NOT json_valid(state)
      UNION SELECT id FROM schedule_definitions WHERE NOT json_valid(body)
      UNION SELECT schedule FROM firings WHERE NOT json_valid(coalesce(reason, 'null'))`,
    noun: "a schedule with a value that is no JSON",
    hint: RESTORE,
  },
  {
    // The column is a whole number.
    sql: `
      SELECT id FROM (
        SELECT id, next_at, CASE WHEN json_valid(state) THEN json_extract(state, '$.nextAt') ELSE next_at END AS at
        FROM schedules
      ) WHERE (next_at IS NULL) <> (at IS NULL) OR abs(next_at - at) >= 1`,
    noun: "a schedule that is due at another time than it says",
    hint: RESTORE,
  },
  {
    sql: `
      SELECT max(id) AS id FROM schedules
      HAVING max(id) > (SELECT value FROM counters WHERE name = 'schedule')`,
    noun: "a schedule beyond the counter of ids, which would be given out again",
    hint: RESTORE,
  },
  {
    sql: "SELECT DISTINCT schedule AS id FROM firings WHERE schedule NOT IN (SELECT id FROM schedules)",
    noun: "a schedule that is gone and left its history behind",
    hint: HARMLESS,
    harmless: true,
  },
];

/** Every rule that is broken, or one line that says that none is. */
export function* checkContent(driver: Driver): Generator<Finding> {
  let sound = true;
  for (const rule of RULES) {
    const rows = driver.prepare(`SELECT id, count(*) OVER () AS count FROM (${rule.sql}) LIMIT ${NAMED}`)
      .all<{ id: number; count: number }>();
    if (rows.length === 0) continue;
    sound = false;
    const message = describe(rule, rows[0]!.count, rows.map(({ id }) => id));
    yield (rule.harmless ? warning : problem)("content", message, rule.hint);
  }
  if (sound) yield ok("content", "Jobs, states, attempts, dependencies and schedules agree");
}

function describe({ noun }: Rule, count: number, ids: readonly number[]): string {
  return `${counted(count, "case")} of ${noun}: ${ids.join(", ")}${count > ids.length ? ", …" : ""}`;
}
