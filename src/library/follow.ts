/** Following one job: its status, progress and output as they change. */

import type { Job, JobId } from "../core/job.ts";
import type { Json } from "../core/json.ts";
import type { LogChunk } from "../core/ports.ts";
import { isFinal } from "../core/transitions.ts";
import type { JobQueue } from "./queue.ts";

/** Something that happened to a job. */
export type JobEvent =
  | { readonly type: "status"; readonly job: Job }
  | { readonly type: "progress"; readonly job: Job; readonly progress: Json }
  | { readonly type: "log"; readonly chunk: LogChunk };

/** Pieces of output read at a time: bounds memory while a long log streams. */
const CHUNKS_A_READ = 256;

/** See `JobQueue.follow`. */
export async function* followJob(queue: JobQueue, id: JobId, signal?: AbortSignal): AsyncGenerator<JobEvent> {
  const ended = new AbortController();
  const stop = signal === undefined ? ended.signal : AbortSignal.any([ended.signal, signal]);
  const follower = new Follower(queue, id);
  try {
    if (yield* follower.look()) return;
    for await (const _ of queue.store.watch(stop)) {
      if (yield* follower.look()) return;
    }
  } finally {
    ended.abort();
  }
}

/** Remembers what was told already. */
class Follower {
  #status = "";
  #progress = "null";
  #attempt = 0;
  #seq = -1;

  constructor(readonly queue: JobQueue, readonly id: JobId) {}

  /** Tells what changed; resolves to whether the job is final. */
  async *look(): AsyncGenerator<JobEvent, boolean> {
    const job = await this.queue.get(this.id);
    yield* this.#logs(job);
    const progress = JSON.stringify(job.progress);
    if (progress !== this.#progress) {
      this.#progress = progress;
      yield { type: "progress", job, progress: job.progress };
    }
    const status = `${job.status} ${job.attempt}`;
    if (status !== this.#status) {
      this.#status = status;
      yield { type: "status", job };
    }
    return isFinal(job.status);
  }

  async *#logs(job: Job): AsyncGenerator<JobEvent> {
    for (let attempt = Math.max(this.#attempt, 1); attempt <= job.attempt; attempt++) {
      if (attempt !== this.#attempt) {
        this.#attempt = attempt;
        this.#seq = -1;
      }
      for (;;) {
        const chunks = await this.queue.logs(this.id, { attempt, after: this.#seq, limit: CHUNKS_A_READ });
        for (const chunk of chunks) {
          this.#seq = chunk.seq;
          yield { type: "log", chunk };
        }
        if (chunks.length < CHUNKS_A_READ) break;
      }
    }
  }
}
