/** What failures of one cause have in common, whatever their ids, paths, times and line numbers. */

import type { FailReason } from "./job.ts";

/** What is known about a failure. */
export interface FailureTraits {
  readonly class: string;
  readonly message: string;
  readonly stack?: string;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly reason: FailReason;
}

/** Characters of a message that count. */
const MESSAGE_CHARS = 2_000;
/** Lines at the end of what a command wrote to stderr that count: what comes before may be progress. */
const TAIL_LINES = 3;
/** Frames at the top of a stack that count. */
const FRAMES = 3;
/** 53 bits. */
const DIGITS = 14;

/** Our own files, which stand in stacks of every cause. */
const OURS = new URL("../", import.meta.url).href;
const FOREIGN = /(?:node|ext|deno):|<anonymous>\)?$|\bnative\b/;

/**
 * Equal for failures of one cause, 14 hexadecimal digits: of class, message without what differs from case to case,
 * the top frames of the stack by function and file name, exit code, and signal.
 */
export function fingerprintOf(failure: FailureTraits): string {
  const { reason, class: name } = failure;
  // What a body does when it is told to stop, and the name of a worker that died, say nothing about the cause.
  if (reason === "timeout" || reason === "lost") return hash(JSON.stringify([reason, name]));
  const { message, stack, exitCode, signal } = failure;
  return hash(JSON.stringify([reason, name, essence(message, reason), framesOf(stack), exitCode, signal]));
}

function essence(message: string, reason: FailReason): string {
  if (reason === "error") return normalise(message.slice(0, MESSAGE_CHARS));
  const lines = message.slice(-MESSAGE_CHARS).split(/[\r\n]+/).filter((line) => line.trim() !== "");
  return normalise(lines.slice(-TAIL_LINES).join("\n"));
}

/** In this order: what an earlier one takes, the later ones do not see. */
const PLACEHOLDERS: readonly (readonly [pattern: RegExp, placeholder: string])[] = [
  // Colours and other escape sequences.
  // deno-lint-ignore no-control-regex
  [/\x1b\[[0-9;?]*[A-Za-z]/g, ""],
  [/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, "<n>"],
  [/\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:[.,]\d+)?)?)?(?:Z|[+-]\d\d:?\d\d)?/g, "<time>"],
  [
    /\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* \d{1,2}\b(?:,? \d{4})?/g,
    "<time>",
  ],
  [/\b\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?(?: ?[AP]M)?\b/g, "<time>"],
  // Of an address the host stays.
  [/\b([a-z][a-z0-9+.-]*:\/\/[^\s/"'`<>)\]]*)[^\s"'`<>)\]]*/gi, "$1<path>"],
  // Quotes around words, not the apostrophe in "can't".
  [/(?<!\w)"[^"\n]*"/g, "<text>"],
  [/(?<!\w)'[^'\n]*'(?!\w)/g, "<text>"],
  [/(?<!\w)`[^`\n]*`/g, "<text>"],
  [/(?<![/\\\w.@~+%-])(?!(?<=:)\/\/)(?:[A-Za-z]:)?[\w.@~+%-]*(?:[/\\]+[\w.@~+%-]+)+[/\\]*/g, "<path>"],
  [/\b0x[0-9a-f]+\b/gi, "<n>"],
  [
    /(?<![\w.])\d+(?:\.\d+)? ?(?:ns|µs|us|ms|s|secs?|seconds?|m|mins?|minutes?|h|hours?|d|days?)\b/g,
    "<time>",
  ],
  [/\b(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])[0-9a-f]{6,}\b/gi, "<n>"],
  [/[+-]?\d+(?:[.,]\d+)*/g, "<n>"],
  [/\s+/g, " "],
];

/** A message with placeholders for what differs from case to case. */
export function normalise(message: string): string {
  return PLACEHOLDERS.reduce((text, [pattern, placeholder]) => text.replace(pattern, placeholder), message)
    .trim();
}

/** The top frames: function and file name, no folders, no lines. */
function framesOf(stack: string | undefined): readonly string[] {
  if (stack === undefined) return [];
  return stack.split("\n")
    .flatMap((line) => /^\s+at (.+)$/.exec(line)?.[1] ?? [])
    .filter((frame) => !FOREIGN.test(frame) && !frame.includes(OURS))
    .slice(0, FRAMES)
    .map(frameName);
}

function frameName(frame: string): string {
  const [, name = "", place = frame] = /^(?:async |new )*(.*?) ?\(([^()]*)\)$/.exec(frame) ?? [];
  const file = place.replace(/^async /, "").replace(/(?::\d+){1,2}$/, "").replace(/[?#].*$/, "").split(
    /[/\\]/,
  ).at(-1)!;
  return normalise(`${name} ${file}`);
}

/**
 * `cyrb53` by bryc (https://github.com/bryc/code/blob/master/jshash/experimental/cyrb53.js, public domain): 53 bits,
 * well spread, and unlike the digests of the platform it needs no await.
 */
function hash(text: string): string {
  let a = 0xdeadbeef;
  let b = 0x41c6ce57;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    a = Math.imul(a ^ unit, 2_654_435_761);
    b = Math.imul(b ^ unit, 1_597_334_677);
  }
  a = Math.imul(a ^ (a >>> 16), 2_246_822_507) ^ Math.imul(b ^ (b >>> 13), 3_266_489_909);
  b = Math.imul(b ^ (b >>> 16), 2_246_822_507) ^ Math.imul(a ^ (a >>> 13), 3_266_489_909);
  return (2 ** 32 * (b & 0x1fffff) + (a >>> 0)).toString(16).padStart(DIGITS, "0");
}
