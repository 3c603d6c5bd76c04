/** What `gigq policy list` does. */

import { writeDuration } from "../../core/duration.ts";
import { formatRule } from "../../core/error_rules.ts";
import type { JsonObject } from "../../core/json.ts";
import { formatBackoff } from "../../core/retry.ts";
import { toMatches } from "../../library/match_input.ts";
import type { JobDefaults, PolicyOptions } from "../../library/policy.ts";
import { toRules } from "../../library/rule_input.ts";
import { jsonLine } from "../../output/json_lines.ts";
import { renderTable } from "../../output/table.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";
import { matchesText } from "../policy_text.ts";

/** One place of the settings that says something about jobs. */
interface Row {
  readonly for: "policy" | "kind" | "queue" | "all";
  readonly name: string | null;
  readonly says: string;
  readonly rules: readonly string[];
  readonly source: string;
}

const TABLES = [["policy", "policies"], ["kind", "kinds"], ["queue", "queues"]] as const;

/** Prints what settings files say about jobs. */
export async function listPolicies(_input: Input, io: Io): Promise<number> {
  const rows = io.jobs === undefined ? [] : rowsOf(io.jobs);
  if (io.json) {
    await io.out(rows.map((row) => jsonLine({ ...row } as JsonObject)).join(""));
    return 0;
  }
  if (rows.length === 0) {
    io.err("No policies: describe one in gigq.toml under [policies.NAME]\n");
    return 0;
  }
  const cells = rows.map((row) => [
    row.for === "all" ? "every job" : `${row.for} ${row.name}`,
    [row.says, ...row.rules].filter((text) => text !== "").join("; "),
    row.source,
  ]);
  const columns = [{ title: "FOR" }, { title: "SAYS", min: 20 }, { title: "FROM", min: 12 }];
  await io.out(renderTable(columns, cells, { width: io.columns, color: io.color }));
  return 0;
}

function rowsOf({ defaults, sources }: NonNullable<Io["jobs"]>): readonly Row[] {
  const rows = TABLES.flatMap(([place, table]) =>
    Object.entries(defaults[table] ?? {}).map(([name, options]): Row => ({
      for: place,
      name,
      says: says(options),
      rules: rules(options.onError ?? [], defaults),
      source: sources[`${table}.${name}`]!,
    }))
  );
  if (defaults.onError === undefined) return rows;
  const all = { for: "all", name: null, says: "", rules: rules(defaults.onError, defaults) } as const;
  return [...rows, { ...all, source: sources["on-error"]! }];
}

function rules(inputs: NonNullable<PolicyOptions["onError"]>, { jobs }: JobDefaults): readonly string[] {
  return toRules(inputs, jobs).map(formatRule);
}

/** Only what is said there, as `gigq.toml` says it, beside the rules: the rest comes from elsewhere. */
function says(options: PolicyOptions): string {
  const { retries, maxAttempts, backoff, jitter, budget, timeout, grace, retryOn, noRetryOn } = options;
  const said = {
    retry: retries,
    "max-attempts": maxAttempts,
    backoff: typeof backoff === "object" ? formatBackoff(backoff) : backoff,
    jitter,
    budget: span(budget),
    timeout: span(timeout),
    grace: span(grace),
    "retry-on": retryOn && matchesText(toMatches(retryOn)),
    "no-retry-on": noRetryOn && matchesText(toMatches(noRetryOn)),
  };
  return Object.entries(said).flatMap(([key, value]) => value === undefined ? [] : `${key} ${value}`).join(
    "; ",
  );
}

function span(duration: PolicyOptions["timeout"]): string | undefined {
  return typeof duration === "number" ? writeDuration(duration) : duration;
}
