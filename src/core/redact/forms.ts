/** The forms in which a secret may turn up in what a job says. */

import { SECRET_LEAST_CHARS } from "../secret.ts";

/** Bytes that one group of base64 stands for, and its characters. */
const GROUP_BYTES = 3;
const GROUP_CHARS = 4;
/** Base64 inside of other base64 is only looked for when so many of its characters are certain. */
const CORE_LEAST_CHARS = 8;
/** Lines of a secret that has several are masked one by one from this length on. */
const LINE_LEAST_CHARS = 8;

const encoder = new TextEncoder();

/**
 * Every form of a value that is masked, the longest first: as it is, as part of JSON, percent-encoded, as part of an
 * address, as base64 (also inside of a longer text that was encoded as a whole), and the lines of one that has several.
 */
export function formsOf(value: string): readonly string[] {
  const forms = new Set<string>([
    value,
    JSON.stringify(value).slice(1, -1),
    ...percent(value),
    ...addressed(value),
    ...base64(value),
  ]);
  const lines = value.split(/\r?\n/);
  if (lines.length > 1) {
    for (const line of lines) if (line.trim().length >= LINE_LEAST_CHARS) forms.add(line.trim());
  }
  return [...forms].filter((form) => form.length >= SECRET_LEAST_CHARS)
    .toSorted((a, b) => b.length - a.length);
}

function percent(value: string): readonly string[] {
  let encoded: string;
  try {
    encoded = encodeURIComponent(value);
  } catch {
    // Half of a surrogate pair: nothing encodes it.
    return [];
  }
  const lower = encoded.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  const form = new URLSearchParams({ v: value }).toString().slice("v=".length);
  return [encoded, lower, form];
}

/** As errors about an address show it: each part of one encodes fewer characters than `encodeURIComponent`. */
function addressed(value: string): readonly string[] {
  const places = ["http://host/", "http://host/?", "http://host/#"];
  const login = new URL("http://user@host/");
  login.password = value;
  return [...places.map((place) => new URL(place + value).href.slice(place.length)), login.password];
}

function base64(value: string): readonly string[] {
  const bytes = encoder.encode(value);
  const whole = encode(bytes);
  const cores = [0, 1, 2].map((shift) => coreOf(bytes, shift)).filter((core) =>
    core.length >= CORE_LEAST_CHARS
  );
  return [whole, whole.replace(/=+$/, ""), ...cores].flatMap((text) => [text, toUrlSafe(text)]);
}

/** The characters that depend on the value alone when it stands `shift` bytes into a group. */
function coreOf(bytes: Uint8Array, shift: number): string {
  const padded = new Uint8Array(shift + bytes.length);
  padded.set(bytes, shift);
  const certain = Math.floor(padded.length / GROUP_BYTES) * GROUP_CHARS;
  // The first characters also hold bits of what stands before.
  return encode(padded).slice(shift === 0 ? 0 : GROUP_CHARS, certain);
}

function toUrlSafe(text: string): string {
  return text.replaceAll("+", "-").replaceAll("/", "_");
}

function encode(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
