/** A folder to run an example in, with `gigq` on the path. */

import { testRegistry } from "../architecture/test_registry.ts";

const ROOT = new URL("../../", import.meta.url).pathname;
const NPM = testRegistry() === "npm" ? [`--import-map=${ROOT}npm/import_map.json`] : [];
/** Options of `deno run` for a program of this repository. */
const RUN = ["run", "-A", "--no-check", "--no-lock", ...NPM];

/** What a program printed, and how it ended. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Made for one test, removed with all that is in it. */
export class Workshop implements AsyncDisposable {
  private constructor(readonly folder: string) {}

  static async open(): Promise<Workshop> {
    const folder = await Deno.makeTempDir({ prefix: "gigq-example-" });
    await Deno.mkdir(`${folder}/bin`);
    const program = `#!/bin/sh\nexec "${Deno.execPath()}" ${RUN.join(" ")} "${ROOT}main.ts" "$@"\n`;
    await Deno.writeTextFile(`${folder}/bin/gigq`, program, { mode: 0o755 });
    return new Workshop(folder);
  }

  /** Writes a file, making its folder. */
  async write(path: string, content: string | Uint8Array): Promise<string> {
    const whole = `${this.folder}/${path}`;
    await Deno.mkdir(whole.slice(0, whole.lastIndexOf("/")), { recursive: true });
    if (typeof content === "string") await Deno.writeTextFile(whole, content);
    else await Deno.writeFile(whole, content);
    return whole;
  }

  /** Runs a shell command in the folder; `examples` in it is the folder of the examples. */
  shell(script: string, env: Record<string, string> = {}): Promise<Ran> {
    return this.#run(new Deno.Command("sh", { ...this.#options(env), args: ["-c", script] }));
  }

  /** Runs a TypeScript file of the repository. */
  deno(path: string, args: readonly string[] = [], env: Record<string, string> = {}): Promise<Ran> {
    return this.#run(this.denoCommand(path, args, env));
  }

  /** The same, not yet started. */
  denoCommand(path: string, args: readonly string[], env: Record<string, string> = {}): Deno.Command {
    return new Deno.Command(Deno.execPath(), {
      ...this.#options(env),
      args: [...RUN, `${ROOT}${path}`, ...args],
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Deno.remove(this.folder, { recursive: true });
  }

  #options(env: Record<string, string>): Deno.CommandOptions {
    const path = `${this.folder}/bin:${Deno.env.get("PATH")}`;
    return {
      cwd: this.folder,
      env: { PATH: path, examples: `${ROOT}examples`, XDG_CONFIG_HOME: this.folder, ...env },
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    };
  }

  async #run(command: Deno.Command): Promise<Ran> {
    const { code, stdout, stderr } = await command.output();
    return { code, out: new TextDecoder().decode(stdout), err: new TextDecoder().decode(stderr) };
  }
}

/** The shell scripts are for Unix. */
export const NO_SHELL = Deno.build.os === "windows";
