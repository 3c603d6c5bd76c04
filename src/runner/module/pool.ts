/** Threads that wait for their next job: starting one takes longer than most jobs. */

import { ModuleThread, type ThreadPermissions } from "./thread.ts";

/** A thread is replaced after so many jobs, so that what modules leave behind does not grow for ever. */
const MAX_JOBS = 1_000;

export class ModulePool {
  #idle: ModuleThread[] = [];
  #closed = false;

  /** @param maxIdle Threads kept for later */
  constructor(private readonly maxIdle: number) {}

  /** A thread with these permissions that has not imported an older version of the module. */
  take(url: string, age: number | null, permissions: ThreadPermissions): ModuleThread {
    const key = JSON.stringify(permissions);
    // Last in, first out: a few busy threads stay warm.
    const at = this.#idle.findLastIndex((thread) => JSON.stringify(thread.permissions) === key);
    const [thread] = at === -1 ? [] : this.#idle.splice(at, 1);
    if (thread === undefined) return new ModuleThread(permissions);
    if (thread.usable && thread.fits(url, age)) return thread;
    thread.end();
    return this.take(url, age, permissions);
  }

  give(thread: ModuleThread): void {
    const keep = thread.usable && !this.#closed && thread.jobs < MAX_JOBS && this.#idle.length < this.maxIdle;
    if (keep) this.#idle.push(thread);
    else thread.end();
  }

  close(): void {
    this.#closed = true;
    for (const thread of this.#idle) thread.end();
    this.#idle = [];
  }
}
