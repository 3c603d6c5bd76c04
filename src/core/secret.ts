/** Secrets of jobs: where a value is found when the job runs. The value itself is never stored. */

import { BOUNDS } from "./bounds.ts";
import { UsageError } from "./errors.ts";
import type { Json, JsonObject } from "./json.ts";

/** Where the worker finds a secret: in a variable of its environment, or in a file it can read. */
export type SecretRef = { readonly env: string } | { readonly file: string };

/** Secrets of one job, by the name under which it gets them. */
export type Secrets = Readonly<Record<string, SecretRef>>;

/** Secrets as they may be given: names alone stand for the worker's variables of the same names. */
export type SecretsOption = readonly string[] | Secrets;

/** Shorter values are refused: text with every such run of characters masked could not be read. */
export const SECRET_LEAST_CHARS = 4;

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;
/** What the queue itself tells a command. */
const OWN_PREFIX = "GIGQ_";
const EXAMPLE = "Write it like TOKEN, TOKEN=env:OTHER or TOKEN=file:/run/secrets/token";

/**
 * Reads `NAME`, `NAME=env:OTHER` or `NAME=file:PATH`.
 *
 * @throws {UsageError} Naming what is wrong. The text after the `=` is not repeated: it may be the secret itself
 */
export function parseSecret(text: string): readonly [name: string, ref: SecretRef] {
  const equals = text.indexOf("=");
  const name = equals < 0 ? text : text.slice(0, equals);
  checkName(name);
  return [name, equals < 0 ? { env: name } : parseRef(name, text.slice(equals + 1))];
}

/**
 * Reads `env:OTHER` or `file:PATH`.
 *
 * @throws {UsageError} Naming the secret, not the text
 */
export function parseRef(name: string, text: string): SecretRef {
  const [, scheme, place = ""] = /^(env|file):(.+)$/s.exec(text) ?? [];
  if (scheme === undefined) {
    throw new UsageError(`Secret "${name}" says neither env:VARIABLE nor file:PATH after the name`, {
      hint: `${EXAMPLE}: the value itself would be stored in the queue`,
    });
  }
  return checkRef(name, scheme === "env" ? { env: place } : { file: place });
}

/**
 * Completes and checks the secrets of a job.
 *
 * @param absolute Makes the path of a file absolute, since workers run elsewhere
 * @throws {UsageError} Naming the secret
 */
export function toSecrets(option: SecretsOption, absolute: (path: string) => string): Secrets {
  const entries = Array.isArray(option)
    ? (option as readonly string[]).map((name) => [name, { env: name }] as const)
    : Object.entries(option as Secrets);
  if (entries.length > BOUNDS.secrets) {
    throw new UsageError(`${entries.length} secrets are more than the ${BOUNDS.secrets} allowed`);
  }
  return Object.fromEntries(entries.map(([name, given]) => {
    checkName(name);
    const ref = checkRef(name, given);
    return [name, "file" in ref ? { file: absolute(ref.file) } : ref];
  }));
}

/** The secrets that a payload declares; `null` for none, and for a member of that name that means something else. */
export function secretsOf(payload: JsonObject): Secrets | null {
  const { secrets } = payload;
  if (secrets === undefined || secrets === null || typeof secrets !== "object" || Array.isArray(secrets)) {
    return null;
  }
  const refs = Object.values(secrets as JsonObject);
  return refs.length > 0 && refs.every(isRef) ? secrets as unknown as Secrets : null;
}

/** Where a secret is looked for, for messages. */
export function describeRef(ref: SecretRef): string {
  return "env" in ref ? `the worker's variable ${ref.env}` : `the file ${ref.file}`;
}

function isRef(value: Json): boolean {
  if (value === null || typeof value !== "object" || Array.isArray(value)) return false;
  const { env, file } = value as JsonObject;
  return Object.keys(value).length === 1 && (typeof env === "string" || typeof file === "string");
}

function checkName(name: string): void {
  if (!NAME.test(name) || name.length > BOUNDS.nameChars) {
    throw new UsageError(`Secret name ${JSON.stringify(name.slice(0, 40))} is not the name of a variable`, {
      hint: `${EXAMPLE}; letters, digits and _`,
    });
  }
  if (name.toUpperCase().startsWith(OWN_PREFIX)) {
    throw new UsageError(`Secret name "${name}" begins with ${OWN_PREFIX}, which is the queue's own`);
  }
}

function checkRef(name: string, ref: SecretRef): SecretRef {
  if (!isRef(ref as Json)) {
    throw new UsageError(`Secret "${name}" must say where it is: either env or file`, {
      hint: `Write it like { ${name}: { env: "OTHER" } } or { ${name}: { file: "/run/secrets/token" } }`,
    });
  }
  const place = "env" in ref ? ref.env : ref.file;
  if (place === "" || place.includes("\0") || ("env" in ref && place.includes("="))) {
    const what = "env" in ref ? "variable" : "file";
    throw new UsageError(`Secret "${name}" does not name a ${what}`, { hint: EXAMPLE });
  }
  return ref;
}
