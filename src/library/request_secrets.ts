/** Requests outside of a workflow whose address, headers or body name secrets. */

import { UsageError } from "../core/errors.ts";
import type { NewJob } from "../core/job.ts";
import { secretsOf } from "../core/secret.ts";
import { bindSecrets, namesSecret } from "../core/template.ts";

/**
 * Notes where a request takes its secrets. All other jobs come back as they are.
 *
 * @throws {UsageError} For a secret in the address or a header of a request that declares none
 * @throws {DataError} For an expression that names anything but a declared secret
 */
export function bindRequest(job: NewJob): NewJob {
  if (job.kind !== "http") return job;
  const secrets = secretsOf(job.payload);
  if (secrets === null) {
    const { url, headers } = job.payload;
    const named = [url, ...Object.values(headers ?? {})].find((text) =>
      typeof text === "string" && namesSecret(text)
    );
    if (named === undefined) return job;
    throw new UsageError(`The request names a secret and declares none: ${named}`, {
      hint: 'Declare it: --secret NAME, or secrets: ["NAME"]',
    });
  }
  const payload = bindSecrets(job.payload, new Set(Object.keys(secrets)));
  return payload === job.payload ? job : { ...job, payload };
}
