/** Waiting for jobs to end. */

import { NotFoundError, TimeoutError } from "../core/errors.ts";
import type { Job, JobId } from "../core/job.ts";
import { isFinal } from "../core/transitions.ts";
import { formatDuration } from "../core/duration.ts";
import type { JobQueue } from "./queue.ts";

/** How long and for what to wait. */
export interface WaitOptions {
  /** Until the first is final instead of all. */
  readonly any?: boolean;
  /** Default: without end. */
  readonly timeoutMs?: number;
  /** Gives up, with the signal's reason, when it aborts. */
  readonly signal?: AbortSignal;
}

/** Longer timers overflow in the platform and would fire at once. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

/** See `JobQueue.wait`. */
export async function waitForJobs(
  queue: JobQueue,
  ids: readonly JobId[],
  options: WaitOptions,
): Promise<Job[]> {
  using deadline = new Deadline(options.timeoutMs, options.signal);
  let open = [...new Set(ids)];
  const ended = new Map<JobId, Job>();
  const look = async (): Promise<boolean> => {
    const jobs = await queue.list({ ids: open });
    if (jobs.length < open.length) throw missing(open, jobs);
    for (const job of jobs) if (isFinal(job.status)) ended.set(job.id, job);
    open = open.filter((id) => !ended.has(id));
    return open.length === 0 || (options.any === true && ended.size > 0);
  };
  let done = await look();
  if (!done) {
    for await (const _ of queue.store.watch(deadline.signal)) {
      done = await look();
      if (done) break;
    }
  }
  options.signal?.throwIfAborted();
  if (!done) {
    throw new TimeoutError(
      `${waitedFor(open)} had not ended after ${formatDuration(options.timeoutMs ?? 0)}`,
    );
  }
  return ids.flatMap((id) => ended.get(id) ?? []);
}

/** Jobs named in a message before it only counts them. */
const NAMED = 10;

function waitedFor(ids: readonly JobId[]): string {
  if (ids.length > NAMED) return `${ids.length} jobs`;
  return `${ids.length === 1 ? "Job" : "Jobs"} ${ids.join(", ")}`;
}

function missing(wanted: readonly JobId[], found: readonly Job[]): NotFoundError {
  const known = new Set(found.map((job) => job.id));
  const absent = wanted.filter((id) => !known.has(id));
  return new NotFoundError(`There is no job ${absent.join(", ")}`, { hint: "gigq list shows what there is" });
}

/** Aborts when time is up or the caller gives up; disposing it lets the process end. */
class Deadline implements Disposable {
  readonly signal: AbortSignal;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(timeoutMs: number | undefined, outer: AbortSignal | undefined) {
    const controller = new AbortController();
    this.signal = outer === undefined ? controller.signal : AbortSignal.any([controller.signal, outer]);
    if (timeoutMs !== undefined) this.#wait(performance.now() + timeoutMs, controller);
  }

  #wait(end: number, controller: AbortController): void {
    const left = end - performance.now();
    if (left <= 0) controller.abort();
    else this.#timer = setTimeout(() => this.#wait(end, controller), Math.min(left, LONGEST_TIMER_MS));
  }

  [Symbol.dispose](): void {
    clearTimeout(this.#timer);
  }
}
