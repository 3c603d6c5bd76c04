/** One thread that runs modules, as the worker sees it. */

import type { JobError } from "../../core/job.ts";
import type { Json } from "../../core/json.ts";
import type { RunContext, RunResult } from "../../core/ports.ts";
import { describe, refused } from "../failure.ts";
import type { HostReply, HostRequest } from "./protocol.ts";

/** The message about an end that did not come from the module's function. */
type Failed = HostReply & { readonly type: "failed" };

/** Permissions of a thread, as the platform's `deno.permissions` option takes them; `null` for the worker's own. */
export type ThreadPermissions = Json;

export class ModuleThread {
  /** Jobs run so far. */
  jobs = 0;
  /** Whether it can take another job. */
  usable = true;
  /** Modules it has imported, with their age then: a thread never imports a module twice. */
  readonly #loaded = new Map<string, number | null>();
  readonly #worker: Worker;
  #listener: ((reply: Exclude<HostReply, { type: "spoiled" }>) => void) | null = null;

  /** @param permissions `null`: those of the worker */
  constructor(readonly permissions: ThreadPermissions) {
    this.#worker = new Worker(new URL("./host.ts", import.meta.url), {
      type: "module",
      name: "gigq module",
      ...(permissions === null ? {} : { deno: { permissions } }),
    } as WorkerOptions);
    this.#worker.addEventListener("message", ({ data }: MessageEvent<HostReply>) => {
      if (data.type === "spoiled") this.usable = false;
      else this.#listener?.(data);
    });
    this.#worker.addEventListener("error", (event) => {
      // Unless it is prevented, an error in a thread ends the whole worker.
      event.preventDefault();
      this.usable = false;
      this.#listener?.(spoiled(event.message));
    });
    this.#worker.addEventListener("messageerror", () => this.#listener?.(spoiled("Unreadable message")));
  }

  /** Whether the module is as it was when this thread imported it (or was not imported yet). */
  fits(url: string, age: number | null): boolean {
    return !this.#loaded.has(url) || this.#loaded.get(url) === age;
  }

  /** Notes that the module is about to be imported. */
  note(url: string, age: number | null): void {
    this.#loaded.set(url, age);
  }

  /** Runs one job, or looks at a module, to the end. Never rejects. */
  async ask(
    request: HostRequest,
    context: RunContext | null,
  ): Promise<RunResult & { problem?: Failed["problem"] }> {
    this.jobs++;
    const { promise, resolve } = Promise.withResolvers<RunResult>();
    this.#listener = (reply) => this.#hear(reply, context, resolve);
    const stop = (): void => this.#tell({ type: "stop", reason: context?.signal.reason });
    const kill = (): void => {
      this.end();
      resolve(refused("Killed", "The module was ended", false));
    };
    context?.signal.addEventListener("abort", stop, { once: true });
    context?.kill.addEventListener("abort", kill, { once: true });
    this.#tell(request);
    try {
      return await promise;
    } finally {
      this.#listener = null;
      context?.signal.removeEventListener("abort", stop);
      context?.kill.removeEventListener("abort", kill);
    }
  }

  end(): void {
    this.usable = false;
    this.#worker.terminate();
  }

  async #save(
    { request, savings }: HostReply & { readonly type: "save" },
    context: RunContext | null,
  ): Promise<void> {
    let error: JobError | null = null;
    try {
      await context?.save(savings);
    } catch (cause) {
      const { class: name, message } = describe(cause);
      error = { class: name, message };
    }
    if (this.usable) this.#tell({ type: "saved", request, error });
  }

  #tell(request: HostRequest): void {
    this.#worker.postMessage(request);
  }

  #hear(
    reply: Exclude<HostReply, { type: "spoiled" }>,
    context: RunContext | null,
    resolve: (result: RunResult) => void,
  ): void {
    switch (reply.type) {
      case "log":
        return context?.log(reply.stream, reply.text);
      case "progress":
        return context?.progress(reply.value);
      case "save":
        void this.#save(reply, context);
        return;
      case "completed":
        return resolve({ type: "completed", result: JSON.parse(reply.result) as Json });
      case "failed": {
        if (reply.spoiled) this.usable = false;
        const { error, permanent, retryAfterMs, problem } = reply;
        const failed = {
          type: "failed",
          reason: "error",
          error,
          permanent,
          ...retryAfterMs === undefined ? {} : { retryAfterMs },
        } as const;
        return resolve(problem === undefined ? failed : Object.assign({ problem }, failed));
      }
    }
  }
}

function spoiled(message: string): Failed {
  return { type: "failed", error: { class: "ModuleError", message }, permanent: false, spoiled: true };
}
