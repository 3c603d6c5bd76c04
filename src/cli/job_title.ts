/** What a job is called where it has no name. */

import type { Job } from "../core/job.ts";
import type { Json } from "../core/json.ts";

type Titled = Pick<Job, "name" | "step" | "kind" | "payload">;

/** The name, or else what it runs: `convert a.png a.webp`, `parse.ts#parse`, `GET https://example.org/`. */
export function jobTitle(job: Titled): string {
  return job.name ?? job.step ?? jobBody(job);
}

/** What a job runs, in short. */
export function jobBody({ kind, payload }: Pick<Job, "kind" | "payload">): string {
  switch (kind) {
    case "command":
      return Array.isArray(payload.argv) ? payload.argv.map(quoteWord).join(" ") : kind;
    case "module":
      return `${baseName(payload.url)}#${payload.export}`;
    case "function":
      return `${payload.task}`;
    case "http":
      return `${payload.method ?? "GET"} ${payload.url}`;
    default:
      return kind;
  }
}

/**
 * Attempts that count of those allowed: what was put off, or was before a requeue, has cost none. So a job that waits
 * with `2/2` cannot be: it would have failed.
 */
export function triesText(
  { status, attempt, failures, maxAttempts }: Pick<Job, "status" | "attempt" | "failures" | "maxAttempts">,
): string {
  const begun = status === "running" || status === "completed" ||
    (status === "cancelled" && attempt > failures);
  return `${failures + (begun ? 1 : 0)}/${maxAttempts}`;
}

/** As one would type it in a shell, so that the borders of arguments show. */
function quoteWord(word: Json): string {
  const text = String(word);
  return /^[\w@%+=:,./{}-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

function baseName(url: Json | undefined): string {
  return String(url).split("/").at(-1) || String(url);
}
