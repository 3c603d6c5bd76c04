/** `--http` and what goes with it. */

import { UsageError } from "../core/errors.ts";
import { http } from "../library/jobs.ts";
import type { JobInput } from "../library/job_input.ts";
import type { Input, OptionSpec } from "./command.ts";
import type { Io } from "./io.ts";
import { readValue } from "./read_bounded.ts";

export const HTTP_OPTIONS: readonly OptionSpec[] = [
  { name: "http", type: "string", value: "URL", help: "Make an HTTP request" },
  {
    name: "method",
    type: "string",
    value: "METHOD",
    help: "Of the request; default GET, or POST with a body",
  },
  { name: "header", type: "string", value: "NAME: VALUE", multiple: true, help: "A header; may be repeated" },
  {
    name: "body",
    type: "string",
    value: "TEXT",
    complete: "file",
    help: "Body as text, as @file, or - for stdin",
  },
  {
    name: "accept",
    type: "string",
    value: "CODES",
    help: "Statuses that are success; default 2xx; such as 2xx,404",
  },
];

/** The request that the options describe. */
export async function httpBody(url: string, input: Input, io: Io): Promise<JobInput> {
  const given = input.string("body");
  const body = given === undefined ? undefined : await readValue(given, "--body", io);
  return http(url, {
    method: method(input.string("method")) ?? (body === undefined ? undefined : "POST"),
    headers: headers(input.strings("header")),
    body,
    accept: accept(input.string("accept")),
  });
}

function method(text: string | undefined): string | undefined {
  if (text === undefined || /^[A-Za-z]+$/.test(text)) return text?.toUpperCase();
  throw new UsageError(`--method "${text}" is not an HTTP method`, {
    hint: "Write GET, POST, PUT, PATCH or DELETE",
  });
}

function headers(lines: readonly string[]): Record<string, string> | undefined {
  if (lines.length === 0) return undefined;
  return Object.fromEntries(lines.map((line) => {
    const [, name, value] = /^([!#$%&'*+.^_`|~\w-]+)\s*:\s*([^\r\n\0]*)$/.exec(line) ?? [];
    if (name === undefined) {
      throw new UsageError(`--header "${line}" is not understood`, {
        hint: 'Write it like "Accept: text/html"',
      });
    }
    return [name, value!];
  }));
}

function accept(text: string | undefined): (number | string)[] | undefined {
  return text?.split(",").map((code) => {
    const trimmed = code.trim().toLowerCase();
    if (/^[1-5]xx$/.test(trimmed)) return trimmed;
    if (/^[1-5]\d\d$/.test(trimmed)) return Number(trimmed);
    throw new UsageError(`--accept "${text}" is not a list of statuses`, { hint: "Write it like 2xx,404" });
  });
}
