/** The kinds of job that every worker can run. */

import type { ClaimedJob, RunContext, Runner, RunResult } from "../core/ports.ts";

/** Makes the built-in runners. Each loads its code with its first job: a worker for functions needs none of it. */
export function builtinRunners(): Runner[] {
  return [
    new LazyRunner("command", async () => new (await import("./command.ts")).CommandRunner()),
    new LazyRunner("module", async () => new (await import("./module.ts")).ModuleRunner()),
    new LazyRunner("http", async () => new (await import("./http.ts")).HttpRunner()),
  ];
}

class LazyRunner implements Runner {
  readonly routes: readonly string[];
  #loading: Promise<Runner> | null = null;
  #runner: Runner | null = null;

  constructor(readonly kind: string, private readonly load: () => Promise<Runner>) {
    this.routes = [kind];
  }

  async run(job: ClaimedJob, context: RunContext): Promise<RunResult> {
    this.#loading ??= this.load();
    this.#runner ??= await this.#loading;
    return await this.#runner.run(job, context);
  }

  async close(): Promise<void> {
    await (await this.#loading)?.close?.();
  }
}
