/** Child processes that are talked to, a line at a time. */

import { DENO_FLAGS } from "./process.ts";

/** Runs a program of `bench/` that goes on until its stdin ends. */
export class LineChild {
  readonly ended: Promise<void>;
  readonly #process: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;

  constructor(program: string, args: readonly string[], hear: (line: string) => void) {
    this.#process = new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", ...DENO_FLAGS, `bench/${program}`, ...args],
      cwd: new URL("../", import.meta.url),
      stdin: "piped",
      stdout: "piped",
      stderr: "inherit",
    }).spawn();
    this.#input = this.#process.stdin.getWriter();
    this.ended = this.#read(hear);
  }

  async say(line: string): Promise<void> {
    await this.#input.write(new TextEncoder().encode(`${line}\n`));
  }

  /** Ends its stdin, and waits until it has ended. */
  async stop(): Promise<void> {
    await this.#input.close();
    await this.ended;
    const { code } = await this.#process.status;
    if (code !== 0) throw new Error(`A child process ended with ${code}`);
  }

  async #read(hear: (line: string) => void): Promise<void> {
    let rest = "";
    for await (const text of this.#process.stdout.pipeThrough(new TextDecoderStream())) {
      const lines = (rest + text).split("\n");
      rest = lines.pop()!;
      lines.forEach(hear);
    }
  }
}
