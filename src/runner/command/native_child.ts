/**
 * Commands started by the C library itself: neither a fork of the worker nor a second program, in a thread beside
 * the event loop, and with the figures that the system keeps of each process. About twice as fast as the runtime.
 */

import { constants } from "node:os";
import type { Child, Exit, Start, Take } from "./child.ts";
import { bytes, cString, cStrings, type Libc, libc, openPid, pipe, spawnAttributes } from "./libc.ts";

/** Each running command keeps one thread waiting, and the runtime has about thirty. */
const MAX_RUNNING = 12;
const READ_BYTES = 65_536;
/** How often a poll without an end looks whether it is still wanted. */
const LOOK_MS = 100;
const POLLIN = 1;
const WNOHANG = 1;
const RUSAGE_SELF = 0;
const O_RDONLY = 0;

const DEV_NULL = cString("/dev/null");
/** One for all: a read fills it and what it brought is copied in the same turn. */
const buffer = bytes(READ_BYTES);

let running = 0;
let attributes: Uint8Array<ArrayBuffer> | null = null;

/** Starts a command; `null` where this way is not open, and the runtime's has to be taken. */
export async function startNativeChild(start: Start, take: Take): Promise<Child | null> {
  if (start.file === null || start.stdin !== null || running >= MAX_RUNNING || hasNul(start)) return null;
  const c = libc();
  if (c === null) return null;
  const stdout = pipe(c);
  const stderr = pipe(c);
  if (stdout === null || stderr === null) {
    for (const fd of [...stdout ?? [], ...stderr ?? []]) c.close(fd);
    return null;
  }
  running++;
  const pid = await spawn(c, start, start.file, stdout[1], stderr[1]);
  const handle = pid === null ? -1 : openPid(c, pid);
  c.close(stdout[1]);
  c.close(stderr[1]);
  if (pid === null) {
    running--;
    c.close(stdout[0]);
    c.close(stderr[0]);
    return null;
  }
  return new NativeChild(c, pid, handle, [stdout[0], stderr[0]], take);
}

/** C's texts end at the first zero; the runtime has an error for it. */
function hasNul({ argv, env }: Start): boolean {
  return argv.some((item) => item.includes("\0")) ||
    Object.entries(env).some(([name, value]) => name.includes("\0") || value.includes("\0"));
}

/** The new process; `null` when it could not be started, for whatever reason. */
async function spawn(
  c: Libc,
  { argv, cwd, env }: Start,
  file: string,
  stdout: number,
  stderr: number,
): Promise<number | null> {
  attributes ??= spawnAttributes(c);
  const actions = bytes(256);
  const folder = cwd === undefined ? null : cString(cwd);
  c.posix_spawn_file_actions_init(actions);
  if (folder !== null) c.posix_spawn_file_actions_addchdir_np(actions, folder);
  c.posix_spawn_file_actions_addopen(actions, 0, DEV_NULL, O_RDONLY, 0);
  c.posix_spawn_file_actions_adddup2(actions, stdout, 1);
  c.posix_spawn_file_actions_adddup2(actions, stderr, 2);
  const path = cString(file);
  const args = cStrings(argv);
  const variables = cStrings(Object.entries(env).map(([name, value]) => `${name}=${value}`));
  const pid = new Int32Array(new ArrayBuffer(4));
  const target = new Uint8Array(pid.buffer);
  const failed = await c.posix_spawn(target, path, actions, attributes, args.table, variables.table);
  c.posix_spawn_file_actions_destroy(actions);
  // Looked at here so that none of it is collected while the other thread reads it.
  const kept = [path, args.texts, variables.texts, args.table, variables.table, folder];
  return failed !== 0 || kept.length === 0 ? null : pid[0]!;
}

class NativeChild implements Child {
  readonly done: Promise<void>;
  readonly exited: Promise<Exit>;
  ended = false;
  #closed = false;
  readonly #exit = Promise.withResolvers<Exit>();
  /** Three of C's `struct pollfd`: both streams and the process. */
  readonly #fds = new Int32Array(new ArrayBuffer(24));
  readonly #events = new Uint8Array(this.#fds.buffer);

  constructor(
    private readonly c: Libc,
    readonly pid: number,
    handle: number,
    streams: readonly [number, number],
    private readonly take: Take,
  ) {
    // The events to wait for stand in the lower half of the second word of each, the events seen in the upper.
    this.#fds.set([streams[0], POLLIN, streams[1], POLLIN, handle, POLLIN]);
    this.exited = this.#exit.promise;
    this.done = this.#attend().finally(() => running--);
  }

  close(): Promise<void> {
    this.#closed = true;
    return this.done;
  }

  /** Reads both streams and waits for the process, until all three have ended. */
  async #attend(): Promise<void> {
    let exited = false;
    while (!exited || (this.#isOpen() && !this.#closed)) {
      // Without a handle of the process, its end shows only when it is asked for.
      const wait = exited || this.#fds[4]! < 0 ? LOOK_MS : -1;
      await this.c.poll(this.#events, 3n, wait);
      if (this.#seen(0)) this.#read(0, "stdout");
      if (this.#seen(1)) this.#read(1, "stderr");
      // The streams of a process close a moment before it has ended: asking now often spares a second poll.
      if (!exited && (this.#fds[4]! < 0 || this.#seen(2) || !this.#isOpen())) exited = this.#reap();
    }
    for (const index of [0, 1, 2]) this.#forget(index);
    this.ended = true;
  }

  #isOpen(): boolean {
    return this.#fds[0]! >= 0 || this.#fds[2]! >= 0;
  }

  #seen(index: number): boolean {
    return this.#fds[index * 2]! >= 0 && (this.#fds[index * 2 + 1]! >> 16) !== 0;
  }

  /** A stream that has something to say (or has ended) is read once: it does not block then. */
  #read(index: number, stream: "stdout" | "stderr"): void {
    const length = Number(this.c.read(this.#fds[index * 2]!, buffer, BigInt(READ_BYTES)));
    if (length > 0) this.take(stream, buffer.slice(0, length));
    else this.#forget(index);
  }

  #forget(index: number): void {
    const fd = this.#fds[index * 2]!;
    if (fd >= 0) this.c.close(fd);
    // Negative numbers are passed over.
    this.#fds[index * 2] = -1;
  }

  #reap(): boolean {
    const status = new Int32Array(new ArrayBuffer(4));
    const usage = new BigInt64Array(new ArrayBuffer(144));
    const target = new Uint8Array(status.buffer);
    if (this.c.wait4(this.pid, target, WNOHANG, new Uint8Array(usage.buffer)) !== this.pid) return false;
    this.#forget(2);
    this.#exit.resolve(toExit(this.c, status[0]!, usage));
    return true;
  }
}

function toExit(c: Libc, status: number, usage: BigInt64Array): Exit {
  const signal = status & 0x7f;
  return {
    code: signal === 0 ? (status >> 8) & 0xff : 128 + signal,
    signal: signal === 0 ? null : signalName(signal),
    cpuMs: Math.round(Number((usage[0]! + usage[2]!) * 1_000n) + Number(usage[1]! + usage[3]!) / 1_000),
    maxRssBytes: peakMemory(c, usage[4]!),
  };
}

/** Until it becomes the command, a new process counts as large as the worker: smaller peaks cannot be seen. */
function peakMemory(c: Libc, kilobytes: bigint): number | null {
  const own = new BigInt64Array(new ArrayBuffer(144));
  c.getrusage(RUSAGE_SELF, new Uint8Array(own.buffer));
  return kilobytes > own[4]! ? Number(kilobytes) * 1_024 : null;
}

function signalName(number: number): string {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? `signal ${number}`;
}
