/**
 * Requests outside of a workflow whose address, headers or body name secrets. Every submit loads this: it knows no
 * more of templates than it needs.
 */

import { DataError, UsageError } from "./errors.ts";
import type { NewJob } from "./job.ts";
import type { Json } from "./json.ts";
import { secretsOf } from "./secret.ts";

/** The parts of a request that secrets can be put into. */
export const SECRET_PLACES = ["url", "headers", "body"] as const;

/** Where the payload of a job lists what is still to be resolved when it runs. */
export const TEMPLATES = "$templates";

const NAMES_SECRET = /(^|[^$])\$\{\{\s*secrets\b/;
const EXPRESSIONS = /(\$+)\{\{([^]*?\}\}|[^]*)/g;
const SECRET = /^\s*secrets\.([A-Za-z_][A-Za-z0-9_]*)\s*\}\}$/;

/**
 * Notes where a request takes its secrets. All other jobs come back as they are, and so do strings that name none.
 *
 * @throws {UsageError} For a secret in the address or a header of a request that declares none
 * @throws {DataError} For an expression that names anything but a declared secret
 */
export function bindRequest(job: NewJob): NewJob {
  if (job.kind !== "http") return job;
  const secrets = secretsOf(job.payload);
  if (secrets === null) {
    refuseUndeclared(job);
    return job;
  }
  const late: Json[] = [];
  const visit = (member: Json, at: readonly (string | number)[]): void => {
    if (typeof member === "string") {
      if (!NAMES_SECRET.test(member)) return;
      checkSecrets(member, Object.keys(secrets));
      late.push({ at, as: "text" });
    } else if (Array.isArray(member)) {
      member.forEach((item, index) => visit(item, [...at, index]));
    } else if (member !== null && typeof member === "object") {
      for (const [key, item] of Object.entries(member)) visit(item, [...at, key]);
    }
  };
  for (const place of SECRET_PLACES) visit(job.payload[place] ?? null, [place]);
  return late.length === 0 ? job : { ...job, payload: { ...job.payload, [TEMPLATES]: late } };
}

function refuseUndeclared({ payload: { url, headers } }: NewJob): void {
  const texts = [url, ...Object.values(headers ?? {})];
  const named = texts.find((text) => typeof text === "string" && NAMES_SECRET.test(text));
  if (named === undefined) return;
  throw new UsageError(`The request names a secret and declares none: ${named}`, {
    hint: 'Declare it: --secret NAME, or secrets: ["NAME"]',
  });
}

function checkSecrets(text: string, declared: readonly string[]): void {
  for (const [, dollars = "", inner = ""] of text.matchAll(EXPRESSIONS)) {
    // `$${{` stands for a literal `${{`.
    if (dollars.length > 1) continue;
    const source = `\${{${inner}`;
    const name = SECRET.exec(inner)?.[1];
    if (name === undefined) {
      throw new DataError(
        `Expression "${source}" is no secret, and a job outside of a workflow has nothing else`,
        {
          hint: "Write ${{ secrets.NAME }}, and $${{ for a literal ${{",
        },
      );
    }
    if (declared.includes(name)) continue;
    throw new DataError(`Expression "${source}" names a secret that the job does not declare`, {
      hint: `It declares ${declared.join(", ")}`,
    });
  }
}
