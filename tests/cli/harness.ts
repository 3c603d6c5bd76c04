/** Runs whole command lines in this process, and as processes of their own. */

import { runCli } from "../../src/cli/run.ts";
import { withChoices } from "../../src/cli/terminal.ts";
import { type FakeIo, fakeIo } from "./fake_io.ts";

const ROOT = new URL("../../", import.meta.url).pathname;

/** What a command line left behind. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A folder of its own with a queue in it, removed when it is disposed of. */
export class Place implements AsyncDisposable {
  private constructor(readonly dir: string) {}

  static async make(): Promise<Place> {
    return new Place(await Deno.makeTempDir({ prefix: "gigq-cli-" }));
  }

  /** Path of a file in the folder. */
  path(name: string): string {
    return `${this.dir}/${name}`;
  }

  get db(): string {
    return this.path("gigq.db");
  }

  async write(name: string, text: string): Promise<string> {
    await Deno.writeTextFile(this.path(name), text);
    return this.path(name);
  }

  /** Lines of a file; none where there is no file. */
  async lines(name: string): Promise<string[]> {
    try {
      return (await Deno.readTextFile(this.path(name))).split("\n").filter((line) => line !== "");
    } catch {
      return [];
    }
  }

  /** `gigq ARGV` in this process; jobs run in the folder. */
  async gigq(
    argv: readonly string[],
    options: Parameters<typeof fakeIo>[0] = {},
  ): Promise<Ran & { io: FakeIo }> {
    const io = fakeIo({ variables: { GIGQ_DB: this.db }, ...options });
    const code = await runCli(argv, withChoices(io), this.dir);
    return { code, out: io.outText, err: io.errText, io };
  }

  /** The same for preparations: throws unless it exits with 0. */
  async ok(argv: readonly string[], options: Parameters<typeof fakeIo>[0] = {}): Promise<Ran> {
    const ran = await this.gigq(argv, options);
    if (ran.code !== 0) throw new Error(`gigq ${argv.join(" ")} ended with ${ran.code}: ${ran.err}`);
    return ran;
  }

  /** The same with JSON on stdout, parsed: one value a line. */
  // deno-lint-ignore no-explicit-any
  async json(argv: readonly string[]): Promise<any[]> {
    const { out } = await this.ok([...argv.slice(0, 1), "--json", ...argv.slice(1)]);
    return out.split("\n").filter((line) => line !== "").map((line) => JSON.parse(line));
  }

  /** A process of its own, in the folder. */
  spawn(argv: readonly string[]): Deno.ChildProcess {
    return new Deno.Command(Deno.execPath(), {
      args: [
        "run",
        "-A",
        "--no-check",
        "--import-map",
        `${ROOT}npm/import_map.json`,
        `${ROOT}main.ts`,
        ...argv,
      ],
      cwd: this.dir,
      env: { GIGQ_DB: this.db, NO_COLOR: "1" },
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.dir, { recursive: true });
  }
}

/** Gives a process its input and takes its output. */
export async function finish(child: Deno.ChildProcess, stdin = ""): Promise<Ran> {
  const writer = child.stdin.getWriter();
  await writer.write(new TextEncoder().encode(stdin));
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const decoder = new TextDecoder();
  return { code, out: decoder.decode(stdout), err: decoder.decode(stderr) };
}

/** Reads a stream until a text has come, then hands the rest on. */
export class Listener {
  text = "";
  readonly #reader: ReadableStreamDefaultReader<string>;

  constructor(stream: ReadableStream<Uint8Array>) {
    this.#reader = stream.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)
      .getReader();
  }

  /** Resolves when the text was written; throws when the stream ends first. */
  async until(part: string): Promise<void> {
    while (!this.text.includes(part)) {
      const { value, done } = await this.#reader.read();
      if (done) throw new Error(`The stream ended without "${part}": ${this.text}`);
      this.text += value;
    }
  }

  /** All that was written, once the stream has ended. */
  async end(): Promise<string> {
    for (let next = await this.#reader.read(); !next.done; next = await this.#reader.read()) {
      this.text += next.value;
    }
    return this.text;
  }
}

/**
 * A pipe in the file system at which a job waits (`cat gate`): the test knows that the job has got there, and lets
 * it go on when it wants to.
 */
export class Gate {
  private constructor(readonly path: string) {}

  static async make(path: string): Promise<Gate> {
    await new Deno.Command("mkfifo", { args: [path] }).output();
    return new Gate(path);
  }

  /** Resolves when a job waits at the gate; throws when the process that should run it ends instead. */
  async reached(child: Deno.ChildProcess): Promise<Deno.FsFile> {
    const opened = Deno.open(this.path, { write: true });
    const first = await Promise.race([opened, child.status]);
    if (first instanceof Deno.FsFile) return first;
    // Nobody will read any more: this lets the open end.
    const [reader, writer] = await Promise.all([Deno.open(this.path, { read: true }), opened]);
    reader.close();
    writer.close();
    throw new Error(`The process ended with ${first.code} before the job was reached`);
  }

  /** Whoever comes now passes. */
  async remove(): Promise<void> {
    await Deno.remove(this.path);
    await Deno.writeTextFile(this.path, "");
  }
}
