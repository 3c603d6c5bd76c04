/** Jobs of the crash tests: tried again at once, however often they are lost, and known by the ledger. */

import type { NewJob, Policy } from "../../src/core/job.ts";
import type { JsonObject } from "../../src/core/json.ts";
import { noteInShell } from "./ledger.ts";
import { newJob } from "../../src/testing/contract/kit.ts";

/** So often a job can be lost without ending as failed. */
const MAX_ATTEMPTS = 1_000;

/** A job that may be lost many times and is tried again at once. */
export function durable(
  kind: "function" | "command",
  payload: JsonObject,
  rest: Partial<NewJob> & Partial<Pick<Policy, "graceMs" | "maxAttempts">> = {},
): NewJob {
  const { graceMs = 500, maxAttempts = MAX_ATTEMPTS, ...job } = rest;
  const policy: Policy = {
    maxAttempts,
    backoff: { kind: "fixed", baseMs: 1, capMs: 1, jitter: "none" },
    timeoutMs: null,
    graceMs,
  };
  return newJob({ kind, payload, policy, ...job });
}

/** A task of `worker_program.ts`. */
export function task(name: "note" | "gate", rest: Partial<NewJob> = {}): NewJob {
  return durable("function", { task: name, params: null }, rest);
}

/**
 * A command that notes its beginning and its end; its result is the number of the attempt.
 *
 * @param work What it does in between
 */
export function command(ledger: string, work = ":", rest: Parameters<typeof durable>[2] = {}): NewJob {
  const script = `${noteInShell("begin")}\n${work}\n${noteInShell("done")}\necho "$GIGQ_ATTEMPT"`;
  return durable("command", { argv: ["sh", "-c", script], env: { LEDGER: ledger } }, rest);
}
