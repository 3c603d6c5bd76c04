/**
 * What happened, written down outside of the store: what was acknowledged, who was given what, which bodies ran.
 * Every entry is checked against those before it.
 */

import { assert, assertEquals } from "@std/assert";
import type { Job, JobId, NewJob, Status } from "../../src/core/job.ts";
import type { ClaimedJob, Outcome } from "../../src/core/ports.ts";
import { isFinal, isLegal, STATUSES } from "../../src/core/transitions.ts";

/** One body that ran, or still runs. */
export interface BodyRecord {
  readonly id: JobId;
  readonly attempt: number;
  readonly host: string;
  readonly isCommand: boolean;
  /** How it ended; `null` while it runs. */
  end: "completed" | "failed" | null;
}

interface Entry {
  readonly maxAttempts: number;
  /** Not to be handed out before. */
  dueAt: number;
  status: Status;
  lastAttempt: number;
  /** The attempt whose completion was accepted since the job was last (re)queued. */
  completedBy: number | null;
  /** Who holds it; `null` while nobody does. */
  lease: { readonly attempt: number; readonly worker: string; until: number } | null;
  bodies: BodyRecord[];
  /** Seen final when it was removed. */
  removed: boolean;
}

/** Two moves, since one call may promote a job and hand it out. */
function isReachable(from: Status, to: Status): boolean {
  return from === to || isLegal(from, to) || STATUSES.some((by) => isLegal(from, by) && isLegal(by, to));
}

export class Ledger {
  readonly #jobs = new Map<JobId, Entry>();
  readonly counts = {
    submitted: 0,
    claims: 0,
    completions: 0,
    refused: 0,
    rescued: 0,
    requeued: 0,
    bodies: 0,
    slots: 0,
  };
  /** Slots of schedules that have stored their jobs. */
  readonly #slots = new Set<string>();
  /** What must not happen, and did. A body that throws only fails its own attempt, so somebody else looks here. */
  readonly wrongs: string[] = [];
  #hash = 0x811c9dc5;

  /** @param isAlone All workers run on one host, where an old command is ended before the next one starts */
  constructor(private readonly isAlone: boolean) {}

  /** Identifies the whole history. */
  get hash(): string {
    return (this.#hash >>> 0).toString(16).padStart(8, "0");
  }

  /** Adds to the history. */
  note(...words: readonly (string | number | null)[]): void {
    for (const char of words.join(" ")) this.#hash = Math.imul(this.#hash ^ char.charCodeAt(0), 0x01000193);
  }

  /** Somebody sets the clock: what was due before may be handed out, though by the new time it is not. */
  jumped(ms: number, now: number): void {
    for (const entry of this.#jobs.values()) if (entry.dueAt <= now) entry.dueAt = 0;
    this.note("jumped", ms);
  }

  submitted(id: JobId, job: NewJob, now: number): void {
    const dueAt = job.runAt ?? 0;
    const { maxAttempts } = job.policy;
    this.#jobs.set(id, {
      ...{
        maxAttempts,
        dueAt,
        status: "blocked",
        lastAttempt: 0,
        completedBy: null,
        lease: null,
        bodies: [],
      },
      removed: false,
    });
    this.counts.submitted++;
    this.note("submitted", id, now);
  }

  /** A slot of a schedule has stored its jobs. */
  fired(schedule: number, slot: number, now: number): void {
    const key = `${schedule}@${slot}`;
    assert(!this.#slots.has(key), `slot ${slot} of schedule ${schedule} was fired twice`);
    this.#slots.add(key);
    this.counts.slots++;
    this.note("fired", schedule, slot, now);
  }

  claimed({ id, attempt }: ClaimedJob, worker: string, leaseUntil: number, now: number): void {
    const entry = this.#entry(id);
    assert(entry.dueAt <= now, `job ${id} was handed out ${entry.dueAt - now} ms early`);
    assertEquals(attempt, entry.lastAttempt + 1, `attempt of job ${id}`);
    assert(entry.lease === null, `job ${id} was handed out while attempt ${entry.lease?.attempt} holds it`);
    entry.lastAttempt = attempt;
    entry.lease = { attempt, worker, until: leaseUntil };
    this.counts.claims++;
    this.note("claimed", id, attempt, now);
  }

  renewed(id: JobId, leaseUntil: number): void {
    this.#entry(id).lease!.until = leaseUntil;
  }

  finished(id: JobId, attempt: number, outcome: Outcome, accepted: boolean, now: number): void {
    const entry = this.#entry(id);
    assertEquals(accepted, entry.lease?.attempt === attempt, `finish of attempt ${attempt} of job ${id}`);
    this.note("finished", id, attempt, outcome.type, String(accepted), now);
    if (!accepted) return void this.counts.refused++;
    entry.lease = null;
    if (outcome.type === "completed") {
      assert(entry.completedBy === null, `job ${id} was completed twice in one run`);
      entry.completedBy = attempt;
      this.counts.completions++;
    }
    entry.dueAt = outcome.type === "failed" ? outcome.retryAt ?? 0 : 0;
  }

  /**
   * Only what runs is taken from somebody. A claim without an answer was never begun, and a worker whose lease ended
   * while it was held up has given the job up: its body has ended, and no finish comes.
   *
   * @param isHealthy Whether a worker runs and reaches the store, and has for a while
   */
  rescued(id: JobId, retryAt: number | null, now: number, isHealthy: (worker: string) => boolean): void {
    const entry = this.#entry(id);
    const { attempt, worker } = entry.lease!;
    if (isHealthy(worker) && entry.bodies.some((body) => body.attempt === attempt && body.end === null)) {
      this.wrongs.push(`attempt ${attempt} of job ${id} was taken from ${worker}, which lives`);
    }
    this.note("rescued", id, attempt, now);
    entry.lease = null;
    entry.dueAt = retryAt ?? 0;
    this.counts.rescued++;
  }

  requeued(id: JobId, now: number): void {
    const entry = this.#entry(id);
    assert(isFinal(entry.status), `job ${id} was ${entry.status} when it was requeued`);
    entry.status = "blocked";
    entry.completedBy = null;
    entry.dueAt = 0;
    this.counts.requeued++;
    this.note("requeued", id, now);
  }

  /** A body begins: its attempt holds the job, and no command of an earlier one runs on the same host. */
  begun(body: BodyRecord, now: number): void {
    const { id, attempt } = body;
    const { lease, bodies } = this.#entry(id);
    const holder = lease === null ? "nobody" : `attempt ${lease.attempt}`;
    if (lease?.attempt !== attempt) {
      this.wrongs.push(`attempt ${attempt} of job ${id} starts while ${holder} holds it`);
    }
    if (body.isCommand && this.isAlone) {
      const old = bodies.find((other) => other.end === null);
      if (old) {
        this.wrongs.push(
          `attempt ${attempt} of job ${id} starts while attempt ${old.attempt} still runs`,
        );
      }
    }
    bodies.push(body);
    this.counts.bodies++;
    this.note("begun", id, attempt, now);
  }

  /** What a store says of a job fits what was seen of it before. */
  seen(job: Job): void {
    const entry = this.#entry(job.id);
    const { status } = entry;
    const isKept = !isFinal(status) || status === job.status;
    assert(isKept && isReachable(status, job.status), `job ${job.id} went from ${status} to ${job.status}`);
    entry.status = job.status;
    assert(job.failures <= entry.maxAttempts, `job ${job.id} failed ${job.failures} times`);
    if (isFinal(job.status)) this.#checkEnd(job, entry);
  }

  removed(id: JobId): void {
    const entry = this.#entry(id);
    assert(isFinal(entry.status), `job ${id} was removed while ${entry.status}`);
    entry.removed = true;
    entry.bodies = [];
  }

  /** Jobs that were acknowledged and must still be stored. */
  expected(): JobId[] {
    return [...this.#jobs].filter(([, entry]) => !entry.removed).map(([id]) => id);
  }

  #checkEnd({ id, status, result, attempt }: Job, { completedBy, bodies, lease }: Entry): void {
    assert(lease === null, `job ${id} is ${status} while attempt ${lease?.attempt} holds it`);
    assertEquals(status === "completed", completedBy !== null, `completion of job ${id} (${status})`);
    if (completedBy === null) return;
    assertEquals(attempt, completedBy, `attempt of job ${id}`);
    assertEquals(result, `${id}/${attempt}`, `result of job ${id}`);
    const body = bodies.find((other) => other.attempt === completedBy);
    assertEquals(body?.end, "completed", `the body behind the completion of job ${id}`);
  }

  #entry(id: JobId): Entry {
    const entry = this.#jobs.get(id);
    assert(entry !== undefined, `job ${id} was never submitted`);
    return entry;
  }
}
