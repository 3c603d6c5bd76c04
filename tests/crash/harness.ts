/** What the crash tests share: a database in a folder of its own, and workers to kill. */

import { assertEquals } from "@std/assert";
import type { Store } from "../../src/core/ports.ts";
import { openStore } from "../../src/store/open.ts";
import { type Backend, SQLITE } from "./backends.ts";
import type { Ticking } from "./schedule_program.ts";
import type { Settings } from "./worker_program.ts";

const PROGRAM = new URL("./worker_program.ts", import.meta.url).href;
const IMPORT_MAP = new URL("../../npm/import_map.json", import.meta.url).href;

/** Without process start times, a dead worker's jobs come back only when their leases end. */
export const ignore = Deno.build.os !== "linux";

/** A worker process whose stdout is read line by line. */
export class WorkerProcess {
  readonly #child: Deno.ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #errors: Promise<string>;

  /**
   * @param settings What its program takes
   * @param heard Called with each line when it is read
   */
  constructor(
    private readonly settings: Settings | Ticking,
    private readonly heard: (line: string) => void = () => {},
    { program = PROGRAM, via = [] }: {
      readonly program?: string;
      /** A command that runs the one that follows it, such as one that changes the name of the machine. */
      readonly via?: readonly string[];
    } = {},
  ) {
    const [first, ...rest] = [...via, Deno.execPath()];
    this.#child = new Deno.Command(first!, {
      args: [
        ...rest,
        "run",
        "-A",
        "--quiet",
        `--import-map=${IMPORT_MAP}`,
        program,
        JSON.stringify(settings),
      ],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#errors = new Response(this.#child.stderr).text();
    this.#lines = linesOf(this.#child.stdout);
  }

  /** The next line; `null` when the worker has ended. */
  async line(): Promise<string | null> {
    const { done, value } = await this.#lines.next();
    if (done) return null;
    this.heard(value);
    return value;
  }

  /** Waits for a line that begins so; `false` when the worker ends without one. */
  async reaches(start: string): Promise<boolean> {
    for (let line = await this.line(); line !== null; line = await this.line()) {
      if (line.startsWith(start)) return true;
    }
    return false;
  }

  /** Waits for a line that begins so, which must come. */
  async until(start: string): Promise<void> {
    if (await this.reaches(start)) return;
    throw new Error(`The worker ended before it said "${start}": ${await this.#errors}`);
  }

  signal(signal: Deno.Signal): void {
    this.#child.kill(signal);
  }

  /** Lets a worker go on that was stopped, or has stopped itself. */
  goOn(): void {
    const { fault } = this.settings;
    if (fault?.signal === "SIGSTOP") Deno.writeTextFileSync(fault.gate, "");
    this.signal("SIGCONT");
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Lets the task `gate` go on; tells one that submits to come to its end. */
  async open(): Promise<void> {
    await this.say("go");
  }

  /** Writes a line to its stdin. */
  async say(line: string): Promise<void> {
    const writer = this.#child.stdin.getWriter();
    await writer.write(new TextEncoder().encode(`${line}\n`));
    writer.releaseLock();
  }

  /** Reads to the end of the output, and resolves when the process is gone; throws when it wrote to stderr. */
  async ended(): Promise<Deno.CommandStatus> {
    while (await this.line() !== null);
    const status = await this.#child.status;
    await this.#child.stdin.close().catch(() => {});
    assertEquals(await this.#errors, "", "a worker wrote to stderr");
    return status;
  }

  /** Kills it, wherever it is. */
  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.ended();
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

/** An empty place for jobs, and a ledger in a new folder, gone afterwards. */
export async function withDatabase<T>(
  test: (paths: { readonly db: string; readonly ledger: string }) => Promise<T>,
  backend: Backend = SQLITE,
): Promise<T> {
  const dir = await Deno.makeTempDir();
  const db = backend.locate(dir);
  try {
    await Deno.writeTextFile(`${dir}/ledger.txt`, "");
    return await test({ db, ledger: `${dir}/ledger.txt` });
  } finally {
    await backend.clean(db);
    // Workers of a test that failed may still write there: what it found is not to be hidden by that.
    await Deno.remove(dir, { recursive: true }).catch((error) => console.error(`${dir} is left: ${error}`));
  }
}

/** Works until nothing is left. */
export async function drain(settings: Omit<Settings, "mode">): Promise<void> {
  const worker = new WorkerProcess({ ...settings, mode: "drain" });
  assertEquals((await worker.ended()).code, 0);
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
