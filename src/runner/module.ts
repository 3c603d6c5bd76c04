/** Exported functions of modules as jobs, each in a thread that can be ended. */

import { fileURLToPath } from "node:url";
import type { Json } from "../core/json.ts";
import type { ClaimedJob, RunContext, Runner, RunResult } from "../core/ports.ts";
import { scheduledOf } from "../core/schedule/target.ts";
import { refused } from "./failure.ts";
import { nameParents } from "./job_context.ts";
import { ModulePool } from "./module/pool.ts";

export { probeModule } from "./module/probe.ts";

/** The payload of kind `module`. */
export interface ModulePayload {
  /** `file:`, `https:`, `jsr:` or `npm:`. */
  readonly url: string;
  /** Name of the exported function. */
  readonly export: string;
  readonly params: Json;
  /** Deno permissions of the thread; default: the worker's own. */
  readonly permissions?: Json;
}

export interface ModuleRunnerOptions {
  /** Whether this program was started with `--unstable-worker-options`; without it Deno ends the process. */
  readonly canRestrict?: boolean;
}

/**
 * Runs jobs of kind `module`.
 *
 * A module file that has changed since it was imported is imported again, in a new thread. What it imports in
 * turn is not watched.
 */
export class ModuleRunner implements Runner {
  readonly kind = "module";
  readonly routes = ["module"];
  readonly #pool = new ModulePool(navigator.hardwareConcurrency * 2);

  constructor(private readonly options: ModuleRunnerOptions = {}) {}

  async run(job: ClaimedJob, context: RunContext): Promise<RunResult> {
    const { url, export: name, params, permissions = null, $parents } = job.payload as unknown as
      & ModulePayload
      & { $parents?: Record<string, string> };
    if (permissions !== null && this.options.canRestrict !== true) {
      return refused(
        "ConfigError",
        "Permissions of a module need a worker that runs with --unstable-worker-options",
      );
    }
    if (context.signal.aborted) return refused("Stopped", "Stopped before it started", false);
    const age = ageOf(url);
    const thread = this.#pool.take(url, age, permissions);
    thread.note(url, age);
    try {
      return await thread.ask({
        type: "run",
        url,
        export: name,
        id: job.id,
        attempt: job.attempt,
        scheduledAt: scheduledOf(job.payload)?.at ?? null,
        params: params ?? null,
        parents: nameParents(context.parents, $parents),
        saved: context.checkpoint?.value ?? null,
        steps: context.checkpoint?.steps ?? {},
        secrets: context.secrets,
      }, context);
    } finally {
      this.#pool.give(thread);
    }
  }

  close(): Promise<void> {
    this.#pool.close();
    return Promise.resolve();
  }
}

/** When a local module was last changed; `null` for others, and where that may not be read. */
function ageOf(url: string): number | null {
  if (!url.startsWith("file:")) return null;
  try {
    return Deno.statSync(fileURLToPath(url)).mtime?.getTime() ?? null;
  } catch {
    return null;
  }
}
