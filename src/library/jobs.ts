/** Makers of jobs of the built-in kinds. */

import { UsageError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { JobInput, JobOptions } from "./job_input.ts";

/** How a command is started. */
export interface CommandOptions extends JobOptions {
  /** Hands the one string to `sh -c` (`cmd /c` on Windows). Off: no shell ever sees the arguments. */
  readonly shell?: boolean;
  /** Working directory; default that of the worker. */
  readonly cwd?: string;
  /** Added to the worker's allow-listed environment. */
  readonly env?: Readonly<Record<string, string>>;
  /** Where standard input comes from; default empty. */
  readonly stdin?: { readonly file: string } | { readonly text: string };
}

/**
 * A command: an exact argv, or with `shell` one script.
 *
 * Its result is what it prints on stdout: text without the last newline, or the value where that is a JSON
 * object or array.
 *
 * @throws {UsageError} When there is nothing to run
 *
 * @example
 * ```ts
 * import { command, JobQueue } from "@gigq/gigq";
 *
 * await using queue = await JobQueue.open(":memory:");
 * await queue.submit(command(["convert", "a.png", "a.webp"], { timeout: "1m" }), { priority: 5 });
 * ```
 */
export function command(argv: readonly string[] | string, options: CommandOptions = {}): JobInput {
  const { shell, cwd, env, stdin, ...rest } = options;
  const list = typeof argv === "string" ? [argv] : argv;
  if (list.length === 0 || list[0] === "") {
    throw new UsageError("There is no command to run", { hint: "Give at least the name of a program" });
  }
  if (shell && list.length > 1) {
    throw new UsageError(`A shell command is one string, not ${list.length} arguments`);
  }
  const nul = list.find((item) => item.includes("\0"));
  if (nul !== undefined) throw new UsageError(`Argument ${JSON.stringify(nul)} contains a NUL character`);
  return { kind: "command", payload: defined({ argv: list, shell, cwd, env, stdin }), options: rest };
}

/** How a module's function is run. */
export interface ModuleOptions extends JobOptions {
  /** Deno permissions of the job's thread, such as `{ net: ["example.org"] }`; default those of the worker. */
  readonly permissions?: JsonObject;
}

/**
 * A function that a module exports, run in a thread of its own.
 *
 * @param reference `./file.ts#export` (relative to `base`), or a URL with a fragment; `#default` when absent
 * @param params Anything JSON can carry; the function's first argument
 * @param base URL against which a relative reference resolves; default the current directory
 *
 * @example
 * ```ts
 * import { JobQueue, module } from "@gigq/gigq";
 *
 * await using queue = await JobQueue.open(":memory:");
 * await queue.submit(module("./parse.ts#parse", { file: "day.json" }, {}, import.meta.url));
 * ```
 */
export function module(
  reference: string,
  params: unknown = null,
  options: ModuleOptions = {},
  base?: string | URL,
): JobInput {
  const { permissions, ...rest } = options;
  const hash = reference.lastIndexOf("#");
  const path = hash < 0 ? reference : reference.slice(0, hash);
  const name = hash < 0 ? "default" : reference.slice(hash + 1);
  if (path === "" || name === "") {
    throw new UsageError(`Module "${reference}" is not understood`, {
      hint: "Write it like ./file.ts#export",
    });
  }
  const payload = { url: moduleUrl(path, base), export: name, params, permissions };
  return { kind: "module", payload: defined(payload), options: rest };
}

function moduleUrl(path: string, base: string | URL | undefined): string {
  if (/^(https?|file|data|jsr|npm):/.test(path)) return path;
  const folder = base ?? fileUrl(`${Deno.cwd()}/`);
  const escaped = path.replaceAll("\\", "/").replaceAll("%", "%25").replaceAll("?", "%3F").replaceAll(
    "#",
    "%23",
  );
  return new URL(escaped, folder).href;
}

function fileUrl(path: string): URL {
  const slashed = path.replaceAll("\\", "/");
  const url = new URL("file:///");
  url.pathname = (slashed.startsWith("/") ? slashed : `/${slashed}`).replaceAll("%", "%25");
  return url;
}

/** How a request is made and judged. */
export interface HttpOptions extends JobOptions {
  /** Default `GET`. */
  readonly method?: string;
  /** Sent with the request; values are stored in the database, so for secrets write `${{ secrets.NAME }}`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as it is when text, as JSON otherwise. */
  readonly body?: unknown;
  /** Statuses that count as success, such as `[200, "3xx"]`; default `2xx`. */
  readonly accept?: readonly (number | string)[];
}

/**
 * An HTTP request. Its result is `{ status, headers, body }`, the body parsed where it is JSON.
 *
 * @throws {UsageError} When the URL is not http or https
 *
 * @example
 * ```ts
 * import { http, JobQueue } from "@gigq/gigq";
 *
 * await using queue = await JobQueue.open(":memory:");
 * await queue.submit(http("https://example.org/hook", { method: "POST", body: { done: true } }));
 * await queue.submit(http("https://example.org/api", {
 *   headers: { authorization: "Bearer ${{ secrets.TOKEN }}" },
 *   secrets: { TOKEN: { env: "EXAMPLE_TOKEN" } }, // a variable of the worker, read when the job runs
 * }));
 * ```
 */
export function http(url: string | URL, options: HttpOptions = {}): JobInput {
  const { method, headers, body, accept, ...rest } = options;
  const href = String(url);
  if (!/^https?:\/\//.test(href) || !URL.canParse(href)) {
    throw new UsageError(`URL "${href}" is not an http or https address`);
  }
  return { kind: "http", payload: defined({ url: href, method, headers, body, accept }), options: rest };
}

/** Without the members that are `undefined`. The payload is checked as JSON when the job is submitted. */
function defined(payload: Record<string, unknown>): JsonObject {
  return Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== undefined)) as JsonObject;
}
