/** What the tests of faults of the storage share: chance with a seed, writers to stop, copies by another process. */

import { assert, assertEquals } from "@std/assert";
import type { Status } from "../../src/core/job.ts";
import type { Finding } from "../../src/core/ports.ts";
import { isFinal, TRANSITIONS } from "../../src/core/transitions.ts";
import { diagnose } from "../../src/library/doctor.ts";
import type { SqliteStore } from "../../src/store/sqlite/store.ts";
import { report } from "./sizes.ts";
import { openSqlite } from "../../src/store/sqlite/open.ts";

const WRITER = new URL("./storage_writer.ts", import.meta.url).href;
const MAIN = new URL("../../main.ts", import.meta.url).href;
const IMPORT_MAP = new URL("../../npm/import_map.json", import.meta.url).href;

/** Arguments for Deno that run a program of ours. */
export function denoArgs(program: string, ...args: readonly string[]): string[] {
  return ["run", "-A", "--quiet", "--no-check", `--import-map=${IMPORT_MAP}`, program, ...args];
}

/** Arguments for Deno that run the command line. */
export function gigqArgs(...argv: readonly string[]): string[] {
  return denoArgs(MAIN, ...argv);
}

/** A stream of chance that a seed repeats; the seed is printed. `GIGQ_SEED` sets it. */
export class Chance {
  #state: number;

  constructor(name: string) {
    const seed = Number(Deno.env.get("GIGQ_SEED") ?? crypto.getRandomValues(new Uint32Array(1))[0]);
    report(`${name}: seed ${seed}`);
    this.#state = seed >>> 0;
  }

  /** In [0, 1): mulberry32. */
  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** An integer from `low` up to, not including, `high`. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low));
  }

  pick<T>(items: readonly T[]): T {
    return items[this.int(0, items.length)]!;
  }
}

/** A folder for one test. */
export async function inFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "gigq-storage-" });
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** Runs a program to its end. */
export async function run(
  command: string,
  args: readonly string[],
  options: Deno.CommandOptions = {},
): Promise<{ code: number; out: string; err: string }> {
  const { code, stdout, stderr } = await new Deno.Command(command, { args: [...args], ...options }).output();
  return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
}

/** Runs `gigq` as a process of its own. */
export function gigqProcess(
  argv: readonly string[],
  options: Deno.CommandOptions = {},
): Promise<{ code: number; out: string; err: string }> {
  return run(Deno.execPath(), gigqArgs(...argv), {
    ...options,
    env: { NO_COLOR: "1", ...options.env },
  });
}

/** What a writer is to do. */
export interface Writing {
  readonly db: string;
  /** A file outside of the database: a line for whatever was acknowledged, after it was. */
  readonly ledger: string;
  readonly mode: "mixed" | "single" | "burst" | "slots";
  readonly seed: number;
  /** Groups of calls; for ever when absent. */
  readonly groups?: number;
  /** Bytes of payload a job. */
  readonly bytes?: number;
}

/** A process that writes to a database until it is stopped; says a line for each acknowledged group. */
export class Writer {
  readonly child: Deno.ChildProcess;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #lines = 0;
  #seen = 0;

  constructor(writing: Writing) {
    this.child = new Deno.Command(Deno.execPath(), {
      args: denoArgs(WRITER, JSON.stringify(writing)),
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#reader = this.child.stdout.pipeThrough(
      new TextDecoderStream() as TransformStream<Uint8Array, string>,
    )
      .getReader();
  }

  /** Resolves when so many further groups were acknowledged. */
  async more(groups: number): Promise<void> {
    const wanted = this.#seen + groups;
    while (this.#lines < wanted) {
      const { value, done } = await this.#reader.read();
      if (done) throw new Error("A writer ended by itself");
      this.#lines += value.split("\n").length - 1;
    }
    this.#seen = this.#lines;
  }

  async kill(): Promise<void> {
    this.child.kill("SIGKILL");
    await this.#reader.cancel();
    await this.child.status;
  }
}

/** Stops processes, and resolves when no thread of them runs any more. */
export async function stopAll(writers: readonly Writer[]): Promise<void> {
  for (const { child } of writers) child.kill("SIGSTOP");
  for (const { child } of writers) while (!await isStopped(child.pid)) await new Promise(setImmediate);
}

export function continueAll(writers: readonly Writer[]): void {
  for (const { child } of writers) child.kill("SIGCONT");
}

async function isStopped(pid: number): Promise<boolean> {
  for await (const { name } of Deno.readDir(`/proc/${pid}/task`)) {
    const stat = await Deno.readTextFile(`/proc/${pid}/task/${name}/stat`).catch(() => "");
    // The name of a thread is in brackets and may hold anything; its state follows.
    if (stat !== "" && stat[stat.lastIndexOf(")") + 2] !== "T") return false;
  }
  return true;
}

/** Copies a database and its sidecars by another process: a handle of ours would drop SQLite's locks. */
export async function copyDatabase(
  from: string,
  to: string,
  sidecars: readonly string[] = ["-wal", "-shm"],
): Promise<void> {
  for (const end of ["", ...sidecars]) {
    const { code, err } = await run("cp", [`${from}${end}`, `${to}${end}`]);
    assertEquals(code, 0, err);
  }
}

/** Opens a store for as long as the action takes. */
export async function withSqlite<T>(path: string, action: (store: SqliteStore) => Promise<T>): Promise<T> {
  const store = await openSqlite(path, { driver: "builtin" });
  try {
    return await action(store);
  } finally {
    await store.close();
  }
}

/** What the ledger says of each job: every status that was acknowledged. */
export function readLedger(text: string): Map<number, Status[]> {
  const found = new Map<number, Status[]>();
  // The last line may be half-written.
  for (const line of text.slice(0, text.lastIndexOf("\n") + 1).split("\n")) {
    const [id, status] = line.split(" ");
    if (status !== undefined) found.set(Number(id), [...found.get(Number(id)) ?? [], status as Status]);
  }
  return found;
}

/** Whether a job may have got from one status to another by moves of the table, without a requeue. */
export function isReachable(from: Status, to: Status): boolean {
  const seen = new Set<Status>([from]);
  for (const status of seen) {
    if (!isFinal(status)) { for (const next of TRANSITIONS[status]) seen.add(next); }
  }
  return seen.has(to);
}

/** Throws unless the check-up of a database finds no problem: integrity, schema, content. */
export async function assertHealthy(path: string): Promise<void> {
  const problems: Finding[] = [];
  let checks = 0;
  for await (const finding of diagnose(path)) {
    checks++;
    if (finding.verdict === "problem") problems.push(finding);
  }
  assertEquals(problems, [], path);
  assert(checks >= 8, `only ${checks} checks were made`);
}
