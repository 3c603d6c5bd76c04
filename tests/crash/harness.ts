/** What the crash tests share: a database in a folder of its own, and workers to kill. */

import type { NewJob, Policy } from "../../src/core/job.ts";
import type { JsonObject } from "../../src/core/json.ts";
import type { Store } from "../../src/core/ports.ts";
import { openStore } from "../../src/store/open.ts";
import type { Settings } from "./worker_program.ts";

const PROGRAM = new URL("./worker_program.ts", import.meta.url).href;
const IMPORT_MAP = new URL("../../npm/import_map.json", import.meta.url).href;

/** A worker process whose stdout is read line by line. */
export class WorkerProcess {
  readonly #child: Deno.ChildProcess;
  readonly #lines: AsyncIterator<string>;

  constructor(settings: Settings, program: string = PROGRAM) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", "--quiet", `--import-map=${IMPORT_MAP}`, program, JSON.stringify(settings)],
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#lines = linesOf(this.#child.stdout);
  }

  /** The next line; `null` when the worker has ended. */
  async line(): Promise<string | null> {
    const { done, value } = await this.#lines.next();
    return done ? null : value;
  }

  /** Waits for a line that begins so. */
  async until(start: string): Promise<string> {
    for (let line = await this.line(); line !== null; line = await this.line()) {
      if (line.startsWith(start)) return line;
    }
    throw new Error(`The worker ended before it said "${start}"`);
  }

  signal(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Lets the task `gate` go on. */
  async open(): Promise<void> {
    const writer = this.#child.stdin.getWriter();
    await writer.write(new TextEncoder().encode("go\n"));
    writer.releaseLock();
  }

  /** Reads to the end of the output, and resolves when the process is gone. */
  async ended(): Promise<Deno.CommandStatus> {
    while (await this.line() !== null);
    const status = await this.#child.status;
    await this.#child.stdin.close().catch(() => {});
    return status;
  }
}

async function* linesOf(stream: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  let rest = "";
  for await (const text of stream.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + text).split("\n");
    rest = lines.pop()!;
    yield* lines;
  }
}

/** A database and a ledger in a new folder, gone afterwards. */
export async function withDatabase(
  test: (paths: { readonly db: string; readonly ledger: string }) => Promise<void>,
): Promise<void> {
  const dir = await Deno.makeTempDir();
  try {
    await test({ db: `${dir}/jobs.db`, ledger: `${dir}/ledger.txt` });
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

/** Opens the database for as long as the action takes. */
export async function withStore<T>(db: string, action: (store: Store) => Promise<T>): Promise<T> {
  const { store } = await openStore(db, { driver: "builtin" });
  try {
    return await action(store);
  } finally {
    await store.close();
  }
}

/** A job that may be lost many times and is tried again at once. */
export function durable(kind: "function" | "command", payload: JsonObject): NewJob {
  const policy: Policy = {
    maxAttempts: 1_000,
    backoff: { kind: "fixed", baseMs: 1, capMs: 1, jitter: "none" },
    timeoutMs: null,
    graceMs: 500,
  };
  return {
    kind,
    payload,
    policy,
    name: null,
    queue: "default",
    priority: 0,
    tags: [],
    runAt: null,
    expiresAt: null,
    unique: null,
    after: [],
    step: null,
  };
}
