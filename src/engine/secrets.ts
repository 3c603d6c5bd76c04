/** Finds the values of secrets when a job runs. */

import { BOUNDS } from "../core/bounds.ts";
import type { RunResult } from "../core/ports.ts";
import { describeRef, SECRET_LEAST_CHARS, type SecretRef, type Secrets } from "../core/secret.ts";

/** Values by name, or why the attempt cannot run. */
export type Resolved = { readonly values: Readonly<Record<string, string>> } | RunResult & { type: "failed" };

/** Why a value cannot be used; never has a part of it. */
class Refusal extends Error {
  constructor(readonly errorClass: "SecretMissing" | "SecretUnusable", message: string) {
    super(message);
  }
}

/** Looks up all secrets of a job: in this process's environment and in files. Never rejects. */
export async function resolveSecrets(secrets: Secrets): Promise<Resolved> {
  try {
    const entries = Object.entries(secrets).map(async ([name, ref]) =>
      [
        name,
        checked(name, ref, "env" in ref ? fromEnvironment(name, ref) : await fromFile(name, ref)),
      ] as const
    );
    return { values: Object.fromEntries(await Promise.all(entries)) };
  } catch (error) {
    const name = error instanceof Refusal ? error.errorClass : "SecretMissing";
    const { message } = error as Error;
    return { type: "failed", reason: "error", error: { class: name, message }, permanent: true };
  }
}

function fromEnvironment(name: string, ref: SecretRef & { env: string }): string {
  let value: string | undefined;
  try {
    value = Deno.env.get(ref.env);
  } catch {
    throw missing(name, ref, "may not be read");
  }
  if (value === undefined) throw missing(name, ref, "is not set");
  return value;
}

async function fromFile(name: string, ref: SecretRef & { file: string }): Promise<string> {
  let bytes: Uint8Array;
  try {
    // Reading from a pipe or a terminal could wait for ever.
    const { isFile, size } = await Deno.stat(ref.file);
    if (!isFile) throw missing(name, ref, "is not a file");
    if (size > BOUNDS.secretBytes) throw tooLarge(name, ref);
    bytes = await Deno.readFile(ref.file);
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw missing(name, ref, error instanceof Deno.errors.NotFound ? "does not exist" : "cannot be read");
  }
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes).replace(/\r?\n$/, "");
  } catch {
    throw unusable(name, ref, "is not UTF-8 text");
  }
}

function checked(name: string, ref: SecretRef, value: string): string {
  if (value === "") throw missing(name, ref, "is empty");
  if (value.length < SECRET_LEAST_CHARS) {
    throw unusable(
      name,
      ref,
      `has fewer than ${SECRET_LEAST_CHARS} characters, too few to be kept out of the output`,
    );
  }
  if (value.includes("\0")) throw unusable(name, ref, "contains a NUL character");
  if (new TextEncoder().encode(value).length > BOUNDS.secretBytes) throw tooLarge(name, ref);
  return value;
}

function missing(name: string, ref: SecretRef, why: string): Refusal {
  return new Refusal("SecretMissing", `Secret "${name}" is missing: ${describeRef(ref)} ${why}`);
}

function unusable(name: string, ref: SecretRef, why: string): Refusal {
  return new Refusal("SecretUnusable", `Secret "${name}" cannot be used: ${describeRef(ref)} ${why}`);
}

function tooLarge(name: string, ref: SecretRef): Refusal {
  return unusable(name, ref, `has more than ${BOUNDS.secretBytes} bytes`);
}
