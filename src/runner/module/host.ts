/** The entry of a module's thread: runs one job at a time, and tells the worker how it went. */

import { AsyncLocalStorage } from "node:async_hooks";
import { DataError, LostError } from "../../core/errors.ts";
import type { JobError } from "../../core/job.ts";
import { encodeJson, type Json } from "../../core/json.ts";
import type { Savings } from "../../core/ports.ts";
import { describe, isPermanent } from "../failure.ts";
import {
  droppable,
  formatLog,
  type JobContext,
  parentNamed,
  resultsOf,
  secretNamed,
} from "../job_context.ts";
import { delayOf, retryAfter } from "../retry_after.ts";
import { Steps } from "../steps.ts";
import { captureConsole } from "./job_console.ts";
import { LoadError, loadFunction } from "./load.ts";
import type { HostReply, HostRequest } from "./protocol.ts";

interface Thread {
  postMessage(message: HostReply): void;
  addEventListener(type: string, listener: (event: never) => void): void;
  close(): void;
}

const thread = globalThis as unknown as Thread;
// Taken before any module can replace it.
const send = thread.postMessage.bind(thread);
/** One run of one job. */
interface Run {
  readonly stop: AbortController;
  /** Noted for the case that it fails. */
  delayMs?: number;
}

let current: Run | null = null;
/** Which run the code at hand belongs to: what an earlier job left behind must not speak for the present one. */
const owner = new AsyncLocalStorage<Run>();

function isStray(): boolean {
  const run = owner.getStore();
  return run !== undefined && run !== current;
}

captureConsole((stream, text) => {
  if (!isStray()) send({ type: "log", stream, text });
});
// Modules that believe to be a worker's script talk to nobody here.
Object.defineProperty(globalThis, "postMessage", { value: (): void => {}, writable: true });

thread.addEventListener("message", ({ data }: MessageEvent<HostRequest>) => {
  if (data.type === "run") void runJob(data);
  else if (data.type === "probe") void probe(data);
  else if (data.type === "saved") heardSaved(data);
  else if (data.type === "stop") current?.stop.abort(data.reason);
});

// What nobody awaits would end the thread without a word.
thread.addEventListener("unhandledrejection", (event: PromiseRejectionEvent) => {
  event.preventDefault();
  if (isStray()) send({ type: "spoiled" });
  else fail(event.reason, true);
});
thread.addEventListener("error", (event: ErrorEvent) => {
  event.preventDefault();
  fail(event.error ?? event.message, true);
});

/** A module that ends "the process" means its job; the thread alone would fall silent. */
function forbidExit(): void {
  const exit = (code?: number): never => {
    const error = new Error(`The module called exit(${code ?? ""})`);
    fail(error, true);
    throw error;
  };
  Object.defineProperty(Deno, "exit", { value: exit });
  Object.defineProperty(globalThis, "close", { value: exit });
  // deno-lint-ignore no-process-global
  Object.defineProperty(process, "exit", { value: exit });
}
forbidExit();

async function runJob(request: HostRequest & { type: "run" }): Promise<void> {
  const run: Run = { stop: new AbortController() };
  current = run;
  try {
    const text = await owner.run(run, () => callFunction(request, run));
    if (current === run) send({ type: "completed", result: text });
  } catch (error) {
    if (current === run) fail(error, false);
  } finally {
    if (current === run) current = null;
  }
}

async function callFunction(request: HostRequest & { type: "run" }, run: Run): Promise<string> {
  const body = await loadFunction(request.url, request.export);
  return encodeJson(await body(request.params, contextOf(request, run)), "result");
}

async function probe(request: HostRequest & { type: "probe" }): Promise<void> {
  try {
    await loadFunction(request.url, request.export);
    send({ type: "completed", result: "null" });
  } catch (error) {
    fail(error, false);
  }
}

function fail(error: unknown, spoiled: boolean): void {
  const described = describe(error);
  const retryAfterMs = delayOf(error) ?? current?.delayMs;
  current = null;
  send({
    type: "failed",
    error: withStack(described, stackOf(error)),
    // A result that is not JSON, or too large, will not be another time. What came from outside of the job's own
    // promise may be an earlier job's, and costs this one a try at most.
    permanent: !spoiled && (isPermanent(error) || error instanceof DataError),
    spoiled,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(error instanceof LoadError ? { problem: error.problem } : {}),
  });
}

function contextOf(request: HostRequest & { type: "run" }, run: Run): JobContext {
  const { id, attempt, scheduledAt, parents, saved, secrets } = request;
  const tell = (reply: HostReply): void => {
    if (current === run) send(reply);
  };
  const steps = new Steps(request.steps, (key, result) => save(run, { steps: { [key]: result } }));
  return {
    id,
    attempt,
    scheduledAt,
    signal: run.stop.signal,
    parents: resultsOf(parents),
    parent: (name) => parentNamed(parents, name),
    progress: (value: Json) => tell({ type: "progress", value: JSON.parse(encodeJson(value, "progress")) }),
    log: (...values) => tell({ type: "log", stream: "stdout", text: formatLog(values) }),
    saved,
    checkpoint: (value: Json) => droppable(saveCheckpoint(run, value)),
    step: <T>(key: string, fn: () => T | Promise<T>) => steps.run(key, fn) as Promise<T>,
    retryAfter: (delay, message) => {
      const error = retryAfter(delay, message);
      run.delayMs = error.retryAfterMs;
      return error;
    },
    secret: (name) => secretNamed(secrets, name),
  };
}

async function saveCheckpoint(run: Run, value: Json): Promise<void> {
  await save(run, { checkpoint: JSON.parse(encodeJson(value, "The checkpoint")) as Json });
}

/** Saves that the worker has not answered yet, by number. */
const saving = new Map<number, PromiseWithResolvers<void>>();
let saves = 0;

function save(run: Run, savings: Savings): Promise<void> {
  if (current !== run) {
    return Promise.reject(new Error("The attempt has ended: nothing can be saved any more"));
  }
  const request = ++saves;
  const answer = Promise.withResolvers<void>();
  saving.set(request, answer);
  send({ type: "save", request, savings });
  return answer.promise;
}

function heardSaved({ request, error }: HostRequest & { type: "saved" }): void {
  const answer = saving.get(request);
  saving.delete(request);
  if (error === null) answer?.resolve();
  else answer?.reject(errorOf(error));
}

/** The worker's error in this thread: of its class where a module may tell it apart. */
function errorOf({ class: name, message }: JobError): Error {
  if (name === "LostError") return new LostError(message);
  if (name === "DataError") return new DataError(message);
  return Object.assign(new Error(message), { name });
}

/** Where in the module it happened; `undefined` for what is found wrong from outside. */
function stackOf(error: unknown): string | undefined {
  const origin = error instanceof LoadError ? error.cause : error;
  if (!(origin instanceof Error) || origin instanceof DataError || origin.stack === undefined) {
    return undefined;
  }
  const lines = origin.stack.split("\n").filter((line) => !/\((?:ext|node):/.test(line));
  const own = lines.findIndex((line) => line.includes(import.meta.url));
  return (own === -1 ? lines : lines.slice(0, own)).join("\n");
}

function withStack({ class: name, message }: JobError, stack: string | undefined): JobError {
  return stack === undefined ? { class: name, message } : { class: name, message, stack };
}
