/** The few functions of the C library that start a process without forking the worker. Linux on 64 bits only. */

const SYMBOLS = {
  posix_spawn: {
    parameters: ["buffer", "buffer", "buffer", "buffer", "buffer", "buffer"],
    result: "i32",
    nonblocking: true,
  },
  posix_spawn_file_actions_init: { parameters: ["buffer"], result: "i32" },
  posix_spawn_file_actions_destroy: { parameters: ["buffer"], result: "i32" },
  posix_spawn_file_actions_adddup2: { parameters: ["buffer", "i32", "i32"], result: "i32" },
  posix_spawn_file_actions_addopen: { parameters: ["buffer", "i32", "buffer", "i32", "u32"], result: "i32" },
  posix_spawn_file_actions_addchdir_np: { parameters: ["buffer", "buffer"], result: "i32" },
  posix_spawnattr_init: { parameters: ["buffer"], result: "i32" },
  posix_spawnattr_setflags: { parameters: ["buffer", "i16"], result: "i32" },
  posix_spawnattr_setsigdefault: { parameters: ["buffer", "buffer"], result: "i32" },
  posix_spawnattr_setsigmask: { parameters: ["buffer", "buffer"], result: "i32" },
  access: { parameters: ["buffer", "i32"], result: "i32" },
  pipe2: { parameters: ["buffer", "i32"], result: "i32" },
  close: { parameters: ["i32"], result: "i32" },
  read: { parameters: ["i32", "buffer", "usize"], result: "isize" },
  poll: { parameters: ["buffer", "u64", "i32"], result: "i32", nonblocking: true },
  wait4: { parameters: ["i32", "buffer", "i32", "buffer"], result: "i32" },
  getrusage: { parameters: ["i32", "buffer"], result: "i32" },
  syscall: { parameters: ["i64", "i64", "i64"], result: "i64" },
} as const satisfies Deno.ForeignLibraryInterface;

export type Libc = Deno.DynamicLibrary<typeof SYMBOLS>["symbols"];

const F_OK = 0;
const O_CLOEXEC = 0o2000000;
const SYS_PIDFD_OPEN = 434n;
const SYS_GETPRIORITY = Deno.build.arch === "aarch64" ? 141n : 140n;
const PRIO_PGRP = 1n;
/** `POSIX_SPAWN_SETSIGDEF`, `_SETSIGMASK` and `_SETSID`. */
const SPAWN_FLAGS = 0x04 | 0x08 | 0x80;
const SIGPIPE = 13;

let loaded: Libc | null | undefined;

/** The library, where it can be had without asking anybody; `null` elsewhere. */
export function libc(): Libc | null {
  loaded ??= open();
  return loaded;
}

function open(): Libc | null {
  if (Deno.build.os !== "linux" || !["x86_64", "aarch64"].includes(Deno.build.arch)) return null;
  try {
    if (Deno.permissions.querySync({ name: "ffi" }).state !== "granted") return null;
    if (Deno.permissions.querySync({ name: "run" }).state !== "granted") return null;
    return Deno.dlopen("libc.so.6", SYMBOLS).symbols;
  } catch {
    // Another C library, or an older one.
    return null;
  }
}

/** Off the JavaScript heap, where the collector moves nothing while the library looks at it. */
export function bytes(length: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(new ArrayBuffer(length));
}

/** Text as C has it. */
export function cString(text: string): Uint8Array<ArrayBuffer> {
  const encoded = new TextEncoder().encode(text);
  const buffer = bytes(encoded.length + 1);
  buffer.set(encoded);
  return buffer;
}

/** An array of texts as C has it. It points into `texts`, which must live as long. */
export function cStrings(
  items: readonly string[],
): { readonly table: Uint8Array<ArrayBuffer>; readonly texts: Uint8Array<ArrayBuffer> } {
  const texts = cString(items.join("\0"));
  const base = Deno.UnsafePointer.value(Deno.UnsafePointer.of(texts));
  const table = new BigUint64Array(new ArrayBuffer((items.length + 1) * 8));
  let index = 0;
  let at = 0;
  while (index < items.length) {
    table[index++] = BigInt(base) + BigInt(at);
    at = texts.indexOf(0, at) + 1;
  }
  return { table: new Uint8Array(table.buffer), texts };
}

/** Whether there is something at a path: the runtime would throw an error to say that there is not. */
export function exists(c: Libc, path: string): boolean {
  return c.access(cString(path), F_OK) === 0;
}

/** Both ends of a new pipe: to read from, to write to. */
export function pipe(c: Libc): readonly [number, number] | null {
  const ends = new Int32Array(new ArrayBuffer(8));
  return c.pipe2(new Uint8Array(ends.buffer), O_CLOEXEC) === 0 ? [ends[0]!, ends[1]!] : null;
}

/** A handle that becomes readable when the process has ended; negative where the system has none. */
export function openPid(c: Libc, pid: number): number {
  return Number(c.syscall(SYS_PIDFD_OPEN, BigInt(pid), 0n));
}

/** Whether a process group has any member, be it one that has ended and was not reaped. Asks for no permission. */
export function hasGroup(c: Libc, group: number): boolean {
  return c.syscall(SYS_GETPRIORITY, PRIO_PGRP, BigInt(group)) >= 0n;
}

/**
 * A new session for the command, no signal blocked, and a broken pipe ends it again: the runtime ignores that
 * signal, and a child would inherit it.
 */
export function spawnAttributes(c: Libc): Uint8Array<ArrayBuffer> {
  const attributes = bytes(512);
  const signals = bytes(128);
  c.posix_spawnattr_init(attributes);
  c.posix_spawnattr_setsigmask(attributes, signals);
  signals[Math.floor((SIGPIPE - 1) / 8)] = 1 << ((SIGPIPE - 1) % 8);
  c.posix_spawnattr_setsigdefault(attributes, signals);
  c.posix_spawnattr_setflags(attributes, SPAWN_FLAGS);
  return attributes;
}
