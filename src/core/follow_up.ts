/** Jobs that rules run when they fire: what they are given of the job that failed. */

import { defaultPolicy } from "./defaults.ts";
import { DataError } from "./errors.ts";
import type { FollowUp } from "./failure.ts";
import type { FailureFacts } from "./failure_match.ts";
import type { JobId, NewJob, Policy } from "./job.ts";
import { encodeJson, type JsonObject } from "./json.ts";
import { bindParams, findTemplates, isScript, resolveTemplates } from "./template.ts";

/** Why a job that a rule runs cannot ask for a secret. */
export const RULES_GIVE_NO_SECRETS = {
  message: "names a secret, and a job that a rule runs is given none",
  hint: "Run a command that reads it from a file, or make the job a step that comes after the failure",
} as const;

/** The job that failed. */
export interface FailedJob {
  readonly id: JobId;
  readonly name: string | null;
  readonly queue: string;
  readonly attempt: number;
}

/**
 * Fills parameters into the jobs that a policy's rules run, and leaves what only the failure tells. Once for every
 * policy: what comes out of it is no text with templates any more.
 *
 * @throws {DataError} For an expression that makes no sense there
 */
export function bindFollowUps(policy: Policy, params: JsonObject): Policy {
  if (!policy.rules?.some(({ action }) => action.do === "run")) return policy;
  const rules = policy.rules.map((rule) =>
    rule.action.do === "run"
      ? { ...rule, action: { ...rule.action, job: bindFollowUp(rule.action.job, params) } }
      : rule
  );
  return { ...policy, rules };
}

function bindFollowUp(job: FollowUp, params: JsonObject): FollowUp {
  for (const { at, reference } of findTemplates(job.payload)) {
    if (isScript(job.kind, job.payload, at)) {
      throw new DataError(
        `Expression "${reference.source}" stands in a shell script, where its value could run as code`,
        {
          hint: 'Pass it through env and write "$VALUE" in the script',
        },
      );
    }
    if (reference.root === "steps") {
      throw new DataError(
        `Expression "${reference.source}" names a step, and a job that a rule runs sees only the job that failed`,
        {
          hint: "Ask for ${{ failed.error.message }}",
        },
      );
    }
    if (reference.root === "schedule") {
      throw new DataError(
        `Expression "${reference.source}" names a slot, and a job that a rule runs sees only the job that failed`,
      );
    }
    if (reference.root === "secrets") {
      throw new DataError(`Expression "${reference.source}" ${RULES_GIVE_NO_SECRETS.message}`, {
        hint: RULES_GIVE_NO_SECRETS.hint,
      });
    }
  }
  return { ...job, payload: bindParams(job.kind, job.payload, params) };
}

/**
 * The job to store when the rule fires: in the queue of the job that failed, whose workers there are.
 *
 * @throws {DataError} When it would be more than a job can carry
 */
export function toFollowJob(job: FollowUp, failed: FailedJob, failure: FailureFacts): NewJob {
  const payload = resolveTemplates(job.payload, { failed: scopeOf(failed, failure) });
  if (payload !== job.payload) encodeJson(payload, "What the rule's job is given");
  return {
    kind: job.kind,
    payload,
    policy: defaultPolicy(job.kind),
    name: job.name,
    queue: failed.queue,
    priority: 0,
    tags: [],
    runAt: null,
    expiresAt: null,
    unique: null,
    after: [],
    step: null,
  };
}

function scopeOf({ id, name, queue, attempt }: FailedJob, failure: FailureFacts): JsonObject {
  const { reason, error, exitCode, signal } = failure;
  return {
    id,
    name,
    queue,
    attempt,
    reason,
    exitCode,
    signal,
    error: error === null ? null : {
      class: error.class,
      // No program can be given a NUL character.
      message: error.message.replaceAll("\0", "\ufffd"),
      fingerprint: error.fingerprint ?? null,
    },
  };
}
