/** From items to stored jobs, a window's worth at a time. */

import type { Job, JobId } from "../../core/job.ts";
import { FINAL, isFinal } from "../../core/transitions.ts";
import { type JobInput, type JobOptions, toNewJob } from "../../library/job_input.ts";
import type { JobQueue } from "../../library/queue.ts";
import { BOUNDS } from "../../core/bounds.ts";
import type { MapIdentity } from "./identity.ts";
import type { Item } from "./items.ts";
import type { JobTemplate } from "./job_template.ts";
import type { Window } from "./window.ts";

/** What a feed needs to know. */
export interface FeedOptions {
  readonly queue: JobQueue;
  readonly window: Window;
  readonly identity: MapIdentity;
  readonly template: JobTemplate;
  readonly policy: JobOptions;
  /** Run everything again, whatever is stored. */
  readonly fresh: boolean;
}

/** Control characters have no place in a name. */
// deno-lint-ignore no-control-regex
const CONTROLS = /[\x00-\x1f\x7f-\x9f]+/g;

/** Stores items as jobs, finds those that earlier runs stored, and runs again what did not complete. */
export class Feed {
  /** Items handed on so far. */
  count = 0;
  /** Items whose output was there already. */
  reused = 0;
  /** Jobs that were running when they were found: their worker may be gone. */
  readonly #adopted = new Set<JobId>();
  readonly #options: FeedOptions;
  #storing: Promise<void> = Promise.resolve();

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  /** Hands on a batch, as the window has room. */
  async feed(items: readonly Item[]): Promise<void> {
    for (let start = 0; start < items.length;) {
      const room = await this.#options.window.room();
      if (room === 0 || this.#options.window.halted) return;
      this.#storing = this.#store(items.slice(start, start + room));
      await this.#storing;
      start += room;
    }
  }

  /** Resolves when nothing is being stored. */
  async idle(): Promise<void> {
    await this.#storing.catch(() => {}); // whoever feeds hears of it
  }

  /** Runs a job again that was lost with the worker of an earlier run; `false` when it was not such a job. */
  async reclaim(job: Job): Promise<boolean> {
    if (!this.#adopted.delete(job.id) || job.status !== "failed" || job.reason !== "lost") return false;
    const [change] = await this.#options.queue.requeue([job.id]);
    return change?.result === "done";
  }

  async #store(items: readonly Item[]): Promise<void> {
    const { queue, window } = this.#options;
    const jobs = items.map((item) => this.#job(item));
    const stored = await queue.enqueue(jobs);
    const known = stored.flatMap(({ id, created }, index) => created ? [] : [{ id, index }]);
    const replaced = known.length === 0 ? new Map<number, JobId>() : await this.#adopt(known, jobs);
    for (const [index, item] of items.entries()) {
      const id = replaced.get(index) ?? stored[index]!.id;
      window.add({ id, number: item.number, text: item.text });
      this.count++;
    }
  }

  #job(item: Item): JobInput {
    const { identity, template, policy } = this.#options;
    const name = item.text.replace(CONTROLS, " ").trim().slice(0, BOUNDS.nameChars);
    return template(item, {
      ...policy,
      name: name === "" ? undefined : name,
      queue: identity.queue,
      unique: { key: identity.key(item), for: "always" },
    });
  }

  /** Looks at jobs of earlier runs; returns the new ids of those that were stored anew, by index. */
  async #adopt(known: readonly Known[], inputs: readonly JobInput[]): Promise<Map<number, JobId>> {
    const { queue, window, fresh } = this.#options;
    const jobs = new Map((await queue.list({ ids: known.map(({ id }) => id) })).map((job) => [job.id, job]));
    const again: { job: Job; index: number }[] = [];
    for (const { id, index } of known) {
      const job = jobs.get(id);
      if (job?.status === "running") this.#adopted.add(id);
      // What ended in this run already, before its line was read, has had its turn.
      if (job === undefined || !isFinal(job.status) || window.hasEnded(id)) continue;
      if (job.status === "completed" && !fresh) {
        this.reused++;
        window.settle(id, { status: job.status, attempt: job.attempt });
      } else again.push({ job, index });
    }
    return again.length === 0 ? new Map() : await this.#runAgain(again, inputs);
  }

  /** A job whose policy is the one asked for now is requeued; another is replaced, since policies never change. */
  async #runAgain(
    again: readonly { job: Job; index: number }[],
    inputs: readonly JobInput[],
  ): Promise<Map<number, JobId>> {
    const { queue } = this.#options;
    const wanted = JSON.stringify(toNewJob(inputs[again[0]!.index]!, {}, queue.now(), queue.defaults).policy);
    const others = again.filter(({ job }) => JSON.stringify(job.policy) !== wanted);
    await queue.store.remove(others.map(({ job }) => job.id));
    const stored = await queue.enqueue(others.map(({ index }) => inputs[index]!));
    const kept = stored.filter(({ created }) => !created).map(({ id }) => id);
    const same = again.filter(({ job }) => !others.some((other) => other.job.id === job.id)).map(({ job }) =>
      job.id
    );
    await this.#requeue([...same, ...kept]);
    return new Map(others.map(({ index }, at) => [index, stored[at]!.id]));
  }

  /** Requeues jobs; those that cannot run again stand as they ended. */
  async #requeue(ids: readonly JobId[]): Promise<void> {
    const { queue, window } = this.#options;
    const refused = (await queue.requeue(ids)).filter(({ result }) => result !== "done").map(({ id }) => id);
    for (const job of refused.length === 0 ? [] : await queue.list({ ids: refused, statuses: FINAL })) {
      window.settle(job.id, { status: job.status, attempt: job.attempt });
    }
  }
}

/** A job that was stored already, and the item it belongs to. */
interface Known {
  readonly id: JobId;
  readonly index: number;
}
