/** Requests as jobs. */

import { BOUNDS } from "../core/bounds.ts";
import type { Json, JsonObject } from "../core/json.ts";
import type { ClaimedJob, RunContext, Runner, RunResult } from "../core/ports.ts";
import { describe, refused } from "./failure.ts";
import { headerDelay } from "./retry_after.ts";
import { readBody, readStart, TooLargeError } from "./http/body.ts";

/** The payload of kind `http`. */
export interface HttpPayload {
  readonly url: string;
  /** Default `GET`, or `POST` with a body. */
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text as it is; anything else as JSON. */
  readonly body?: Json;
  /** Statuses that count as success, such as `200` or `"2xx"`; default `["2xx"]`. */
  readonly accept?: readonly (number | string)[];
}

/** Characters of a refused response that go into the error. */
const SNIPPET_CHARS = 500;
/** Bytes that are read for it: the rest, however long, decides nothing. */
const SNIPPET_BYTES = 4_096;

/** Runs jobs of kind `http`. The result is `{ status, headers, body }`. */
export class HttpRunner implements Runner {
  readonly kind = "http";
  readonly routes = ["http"];

  async run(job: ClaimedJob, context: RunContext): Promise<RunResult> {
    const payload = job.payload as unknown as HttpPayload;
    const request = toRequest(payload);
    if (!(request instanceof Request)) return request;
    try {
      const response = await fetch(request, { signal: AbortSignal.any([context.signal, context.kill]) });
      return await toResult(payload, response);
    } catch (error) {
      if (error instanceof TooLargeError) return refused("ResponseTooLarge", error.message);
      const { message } = describe(error);
      return refused("NetworkError", `${request.method} ${payload.url} failed: ${message}`, false);
    }
  }
}

function toRequest({ url, method, headers, body }: HttpPayload): Request | RunResult {
  const isText = typeof body === "string";
  const sent = body === undefined || body === null ? null : isText ? body : JSON.stringify(body);
  try {
    const request = new Request(url, {
      method: method ?? (sent === null ? "GET" : "POST"),
      headers: { ...headers },
      body: sent,
    });
    if (!["http:", "https:"].includes(new URL(url).protocol)) {
      return refused("BadRequest", `URL "${url}" must begin with http:// or https://`);
    }
    if (sent !== null && !isText && !new Headers({ ...headers }).has("content-type")) {
      request.headers.set("content-type", "application/json");
    }
    return request;
  } catch (error) {
    return refused("BadRequest", `Request ${url} is not valid: ${describe(error).message}`);
  }
}

async function toResult({ accept = ["2xx"] }: HttpPayload, response: Response): Promise<RunResult> {
  const { status } = response;
  if (!accept.some((pattern) => matches(pattern, status))) {
    const text = await readStart(response, SNIPPET_BYTES);
    const snippet = text.trim().slice(0, SNIPPET_CHARS);
    const reason = response.statusText === "" ? "" : ` ${response.statusText}`;
    const message = `HTTP ${status}${reason}${snippet === "" ? "" : `: ${snippet}`}`;
    const { headers } = response;
    const retryAfterMs = headerDelay(headers.get("retry-after"), headers.get("date"), Date.now());
    return {
      ...refused("HttpStatus", message, false),
      ...retryAfterMs === undefined ? {} : { retryAfterMs },
    };
  }
  const text = await readBody(response, BOUNDS.httpBodyBytes);
  const headers: JsonObject = Object.fromEntries(response.headers);
  return { type: "completed", result: { status, headers, body: toBody(response, text) } };
}

/** JSON where the response says so or looks so; else text. */
function toBody(response: Response, text: string): Json {
  const type = response.headers.get("content-type") ?? "";
  if (/[/+]json\b/i.test(type) || /^\s*[[{]/.test(text)) {
    try {
      return JSON.parse(text) as Json;
    } catch {
      return text;
    }
  }
  return text;
}

/** `200` or `"200"` is one status, `"2xx"` a hundred. */
function matches(pattern: number | string, status: number): boolean {
  const text = String(pattern).toLowerCase();
  return text.length === 3 && [...String(status)].every((digit, i) => text[i] === "x" || text[i] === digit);
}
