/** The grammar of `${{ … }}`: paths, and nothing that computes. */

import { DataError } from "../errors.ts";
import { didYouMean } from "../suggest.ts";

/** A path such as `params.date`, `steps.parse.result.rows[0]` or `failed.error.message`, taken apart. */
export interface Reference {
  /** As written, with its braces: for messages. */
  readonly source: string;
  readonly root: "params" | "steps" | "secrets" | "failed" | "schedule";
  /** The parameter's, the step's or the secret's name, or what is asked about the job that failed. */
  readonly name: string;
  /** What follows the name. */
  readonly path: readonly (string | number)[];
}

/** A piece of a template: text as it stands, or a reference. */
export type Part = string | Reference;

const ROOTS = ["params", "steps", "secrets", "failed", "schedule"] as const;
const OF_A_STEP = ["result", "error", "status"] as const;
/** What can be asked about a failed job: only in the job that a rule runs. */
const OF_A_FAILURE = ["id", "name", "queue", "attempt", "reason", "exitCode", "signal", "error"] as const;
const OF_AN_ERROR = ["class", "message", "fingerprint"] as const;
const SPACE = /\s*/y;
/** Made when an expression is read: building the classes of letters takes milliseconds, and most jobs have none. */
let made: { readonly word: RegExp; readonly member: RegExp } | undefined;

function patterns(): NonNullable<typeof made> {
  return made ??= {
    word: /[\p{L}_0-9][\p{L}_0-9-]*/uy,
    member: /\.([\p{L}_0-9][\p{L}_0-9-]*)|\[\s*(\d+)\s*\]|\[\s*("(?:[^"\\]|\\.)*"|'[^']*')\s*\]/uy,
  };
}

const TEXT = /"(?:[^"\\]|\\.)*"/y;
const EXAMPLE = "Write a path such as ${{ params.date }} or ${{ steps.NAME.result.field }}";

/** Whether a string has anything to replace or to unescape. */
export function hasTemplate(text: string): boolean {
  return text.includes("${{");
}

/** Makes a string that, read as a template, gives `text` itself. */
export function escapeTemplate(text: string): string {
  return text.replace(/\$+(?=\{\{)/g, "$&$$");
}

/** An expression that gives `text` itself: text beside other expressions, where escapes would be ambiguous. */
export function quoteText(text: string): string {
  return `\${{ ${JSON.stringify(text)} }}`;
}

/**
 * Takes a template apart. `$${{` stands for a literal `${{`, and so on with one more `$`.
 *
 * @throws {DataError} For an expression that is not understood, naming it
 */
export function parseTemplate(text: string): readonly Part[] {
  const parts: Part[] = [];
  let done = 0;
  for (const start = /(\$+)\{\{/g;;) {
    const found = start.exec(text);
    if (!found) break;
    const dollars = found[1]!.length;
    if (dollars > 1) {
      parts.push(text.slice(done, found.index) + "$".repeat(dollars - 1) + "{{");
      done = start.lastIndex;
      continue;
    }
    if (found.index > done) parts.push(text.slice(done, found.index));
    const [part, end] = parseExpression(text, found.index);
    parts.push(part);
    done = start.lastIndex = end;
  }
  if (done < text.length) parts.push(text.slice(done));
  return join(parts);
}

/** Neighbouring texts become one, so that a lone reference is seen as such. */
function join(parts: readonly Part[]): readonly Part[] {
  const joined: Part[] = [];
  for (const part of parts) {
    const last = joined.at(-1);
    if (typeof part === "string" && typeof last === "string") joined[joined.length - 1] = last + part;
    else joined.push(part);
  }
  return joined;
}

/** Reads the expression at `begin`, and tells where it ends. */
function parseExpression(text: string, begin: number): readonly [Part, number] {
  let at = begin + "${{".length;
  const next = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    const found = pattern.exec(text);
    if (found) at = pattern.lastIndex;
    return found;
  };
  const close = (): void => {
    next(SPACE);
    if (!text.startsWith("}}", at)) throw misread(text, begin);
    at += 2;
  };
  next(SPACE);
  const quoted = next(TEXT);
  if (quoted) {
    close();
    return [unquote(quoted[0]), at];
  }
  const { word, member } = patterns();
  const path: (string | number)[] = [next(word)?.[0] ?? ""];
  for (let found = next(member); found; found = next(member)) {
    path.push(found[1] ?? (found[2] === undefined ? unquote(found[3]!) : Number(found[2])));
  }
  close();
  return [toReference(text.slice(begin, at), path), at];
}

function unquote(text: string): string {
  if (text.startsWith("'")) return text.slice(1, -1);
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new DataError(`The string ${text} in an expression is not valid JSON`, { cause });
  }
}

function misread(text: string, begin: number): DataError {
  const end = text.indexOf("}}", begin);
  if (end < 0) {
    return new DataError(`Expression "${text.slice(begin, begin + 60)}" has no closing }}`, {
      hint: "Write $${{ for a literal ${{",
    });
  }
  return new DataError(`Expression "${text.slice(begin, end + 2)}" is not understood`, { hint: EXAMPLE });
}

function toReference(source: string, path: readonly (string | number)[]): Reference {
  const [root, name, ...rest] = path;
  const known = ROOTS.find((candidate) => candidate === root);
  if (known === undefined) {
    throw new DataError(
      `Expression "${source}" begins with "${root}", which is none of params, steps, secrets, failed and schedule`,
      {
        hint: didYouMean(String(root), ROOTS) ?? EXAMPLE,
      },
    );
  }
  if (name === undefined) throw new DataError(`Expression "${source}" names nothing`, { hint: EXAMPLE });
  if (known === "steps" && !OF_A_STEP.some((member) => member === rest[0])) {
    const asked = rest[0] === undefined ? "nothing of it" : `"${rest[0]}"`;
    throw new DataError(`Expression "${source}" asks step "${name}" for ${asked}`, {
      hint: `A step has ${OF_A_STEP.join(", ")}: write \${{ steps.${name}.result }}`,
    });
  }
  if (known === "failed") checkFailed(source, String(name), rest);
  if (known === "secrets" && rest.length > 0) {
    throw new DataError(`Expression "${source}" asks for a field, and a secret is a single value`);
  }
  return { source, root: known, name: String(name), path: rest };
}

function checkFailed(source: string, name: string, path: readonly (string | number)[]): void {
  const known: readonly string[] = path.length > 0 && name === "error" ? OF_AN_ERROR : OF_A_FAILURE;
  const [asked, ...deeper] = name === "error" && path.length > 0 ? path : [name, ...path];
  if (known.includes(String(asked)) && deeper.length === 0) return;
  const missing = deeper.length > 0 ? [asked, ...deeper].join(".") : String(asked);
  throw new DataError(`Expression "${source}" asks the failed job for "${missing}"`, {
    hint: didYouMean(missing, known) ?? `There are ${known.join(", ")}`,
  });
}
