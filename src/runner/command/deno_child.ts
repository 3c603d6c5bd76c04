/** Commands started by the runtime: works everywhere, at the price of a second program or of a fork. */

import type { Child, Exit, Start, Take } from "./child.ts";
import { asGroup } from "./group.ts";

export function startDenoChild({ argv, cwd, env, stdin }: Start, take: Take): Child {
  const command = asGroup(argv, {
    ...(cwd === undefined ? {} : { cwd }),
    clearEnv: true,
    env: { ...env },
    stdin: stdin === null ? "null" : "piped",
    stdout: "piped",
    stderr: "piped",
  });
  const child = command.spawn();
  if (stdin !== null) void feed(child, stdin);
  return new DenoChild(child, take);
}

class DenoChild implements Child {
  readonly pid: number;
  readonly exited: Promise<Exit>;
  readonly done: Promise<void>;
  ended = false;
  readonly #readers: readonly ReadableStreamDefaultReader<Uint8Array>[];

  constructor(child: Deno.ChildProcess, take: Take) {
    this.pid = child.pid;
    this.exited = child.status.then(({ code, signal }) => ({ code, signal, cpuMs: null, maxRssBytes: null }));
    const stdout = child.stdout.getReader();
    const stderr = child.stderr.getReader();
    this.#readers = [stdout, stderr];
    this.done = Promise.all([
      pump(stdout, (chunk) => take("stdout", chunk)),
      pump(stderr, (chunk) => take("stderr", chunk)),
    ]).then(() => {
      this.ended = true;
    });
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.#readers.map((reader) => reader.cancel()));
  }
}

async function pump(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  take: (chunk: Uint8Array) => void,
): Promise<void> {
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    take(value);
  }
}

/** Feeds a process, which need not read it all: one that ends or closes its input early is no failure. */
async function feed(child: Deno.ChildProcess, source: ReadableStream<Uint8Array>): Promise<void> {
  try {
    await source.pipeTo(child.stdin);
  } catch {
    // The process has heard enough.
  }
}
