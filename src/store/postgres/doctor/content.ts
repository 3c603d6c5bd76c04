/** Whether the tables tell one story: the server keeps rows whole, these are the rules that only GigQ knows. */

import { counted } from "../../../core/counted.ts";
import type { Finding } from "../../../core/ports.ts";
import { ok, problem, warning } from "../../finding.ts";
import { countSql } from "../ops/firings.ts";
import type { Sql } from "../sql.ts";

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

const RESTORE = "Restore the schema from a backup, or ask for help with a copy of it";
const COUNT_ANEW = "Cancel such a job and requeue it: its dependencies are counted anew";

const STORE_ANEW = "Pause such a schedule and resume it: that is stored anew";
/** Of the JSON of a schedule's state, which is not read as such: it may hold what PostgreSQL cannot, U+0000 in a reason. */
const NEXT_AT = `substring(state FROM '"nextAt":([-+.0-9e]+)')::float8`;

/** Rows of one table without those of another. */
function without(table: string, column: string, other: string, key = "id", where = ""): string {
  return `SELECT t.${column} AS id FROM gigq.${table} t
    WHERE ${where} NOT EXISTS (SELECT 1 FROM gigq.${other} o WHERE o.id = t.${key})`;
}

const RULES: readonly Rule[] = [
  { sql: without("jobs", "id", "job_state"), noun: "a job without a state", hint: RESTORE },
  { sql: without("job_state", "id", "jobs"), noun: "a state without a job", hint: RESTORE },
  { sql: without("job_state", "id", "lanes", "lane"), noun: "a job in no queue", hint: RESTORE },
  { sql: without("jobs", "id", "policies", "policy"), noun: "a job without a policy", hint: RESTORE },
  {
    sql: without("job_state", "id", "workers", "worker", "t.worker IS NOT NULL AND"),
    noun: "a job of an unknown worker",
    hint: RESTORE,
  },
  {
    sql: `
      SELECT e.child AS id FROM gigq.edges e JOIN gigq.job_state s ON s.id = e.child
      WHERE s.status < 4 AND NOT EXISTS (SELECT 1 FROM gigq.job_state p WHERE p.id = e.parent)`,
    noun: "an unfinished job that depends on one that is gone",
    hint: "Cancel such a job",
  },
  {
    sql: `
      SELECT s.id FROM gigq.job_state s WHERE s.status = 0 AND s.waiting_on <> (
        SELECT count(*) FROM gigq.edges e JOIN gigq.job_state p ON p.id = e.parent WHERE e.child = s.id AND p.status < 4
      ) + (SELECT count(*) FROM gigq.holds h WHERE h.job = s.id)`,
    noun: "a blocked job that waits for more or fewer jobs than are open",
    hint: COUNT_ANEW,
  },
  {
    sql: `
      SELECT h.job AS id FROM gigq.holds h
      LEFT JOIN gigq.job_state s ON s.id = h.job LEFT JOIN gigq.job_state c ON c.id = h.canary
      WHERE s.status IS DISTINCT FROM 0 OR c.status IS NULL OR c.status >= 4`,
    noun: "a job that waits for a canary which has ended, or does not wait",
    hint: COUNT_ANEW,
  },
  {
    sql: `
      SELECT d.id FROM gigq.dead_letters d
      WHERE NOT EXISTS (SELECT 1 FROM gigq.job_state s WHERE s.id = d.id AND s.status = 5)`,
    noun: "a dead letter that has not failed",
    hint: RESTORE,
  },
  {
    sql: without("errors", "id", "causes", "cause", "t.cause IS NOT NULL AND"),
    noun: "a failure of an unknown cause",
    hint: RESTORE,
  },
  {
    sql: "SELECT id FROM gigq.jobs WHERE id > (SELECT last_value FROM gigq.job_id)",
    noun: "a job beyond the sequence of ids, which would be given out again",
    hint: RESTORE,
  },
  {
    sql: "SELECT id FROM gigq.schedules WHERE id > (SELECT last_value FROM gigq.schedule_id)",
    noun: "a schedule beyond the sequence of ids, which would be given out again",
    hint: RESTORE,
  },
  {
    sql: `
      SELECT s.id FROM gigq.schedules s
      WHERE s.started <> ${countSql("started")} OR s.queued <> ${countSql("queued")}`,
    noun: "a schedule that has more or fewer open slots than it says",
    hint: STORE_ANEW,
  },
  {
    sql: `SELECT id FROM gigq.schedules WHERE next_at IS DISTINCT FROM ceil(${NEXT_AT})::bigint`,
    noun: "a schedule that is due at another time than it says",
    hint: STORE_ANEW,
  },
  {
    sql: `SELECT DISTINCT id FROM (${without("firings", "schedule", "schedules", "schedule")}) left_behind`,
    noun: "a schedule that is gone and left its history behind",
    hint: "This does no harm",
    harmless: true,
  },
  {
    sql: [
      without("results", "id", "jobs"),
      without("errors", "id", "jobs"),
      without("attempts", "job", "jobs", "job"),
      without("logs", "job", "jobs", "job"),
      without("checkpoints", "job", "jobs", "job"),
      without("steps", "job", "jobs", "job"),
    ].join(" UNION "),
    noun: "a job that is gone and left records behind",
    hint: "This does no harm",
    harmless: true,
  },
];

/** The check `content`: every rule that is broken, or one line that says that none is. */
export async function* checkContent(sql: Sql): AsyncGenerator<Finding> {
  let sound = true;
  for (const rule of RULES) {
    const rows = await sql.all<{ id: number; count: number }>(
      `SELECT id, count(*) OVER () AS count FROM (${rule.sql}) broken ORDER BY id LIMIT ${NAMED}`,
    );
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
