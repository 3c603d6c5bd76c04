/** Workers as processes and somebody who submits without end, while a server is being broken; in the end, accounts. */

import { assert, assertEquals } from "@std/assert";
import { GigqError } from "../../src/core/errors.ts";
import type { NewJob } from "../../src/core/job.ts";
import type { Store } from "../../src/core/ports.ts";
import { isFinal } from "../../src/core/transitions.ts";
import { openStore } from "../../src/store/open.ts";
import { audit, type Expected, type Figures } from "../crash/audit.ts";
import { submit } from "../crash/feed.ts";
import { WorkerProcess } from "../crash/harness.ts";
import { command, task } from "../crash/jobs.ts";
import type { Settings } from "../crash/worker_program.ts";
import { until } from "./process.ts";

/** Jobs of one submit. */
const CHUNK = 10;
/** No more is submitted while so many wait. */
const MOST_OPEN = 200;
const PAUSE_MS = 20;

/** What a test of faults came to. */
export interface Accounts extends Figures {
  /** Submits without an answer that says it is stored. */
  readonly refusedSubmits: number;
  /** Times that a worker lost touch with the store. */
  readonly outages: number;
}

export class Load {
  readonly #store: Store;
  readonly #db: string;
  readonly #ledger: string;
  readonly #workers: Member[];
  /** Names of jobs, and whether the store said that it has them. */
  readonly #names = new Map<string, boolean>();
  #acknowledged = 0;
  #refused = 0;
  #stopped = false;
  #insists = false;
  #submitting: Promise<void> = Promise.resolve();

  private constructor(store: Store, db: string, ledger: string, workers: Member[]) {
    this.#store = store;
    this.#db = db;
    this.#ledger = ledger;
    this.#workers = workers;
  }

  /** Begins to submit and to work; resolves when every worker is at it. */
  static async begin(
    { db, ledger, workers = 2, ...settings }: Pick<Settings, "db" | "ledger" | "leaseMs" | "heartbeatMs"> & {
      readonly workers?: number;
    },
  ): Promise<Load> {
    const { store } = await openStore(db);
    const members = Array.from(
      { length: workers },
      () => new Member({ db, ledger, mode: "run", untilTold: true, ...settings }),
    );
    const load = new Load(store, db, ledger, members);
    load.#submitting = load.#submitAll();
    // Whoever waits for it sees why.
    load.#submitting.catch(() => {});
    // One that cannot reach its server when it starts ends, as it should.
    try {
      await load.progress(1);
      return load;
    } catch (error) {
      await load[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Submits that the store did not acknowledge so far. */
  get refused(): number {
    return this.#refused;
  }

  /** Resolves when every worker has had so many more completions accepted, and one more submit was acknowledged. */
  async progress(count: number): Promise<void> {
    const wanted = this.#workers.map((worker) => worker.accepted + count);
    const acknowledged = this.#acknowledged;
    await this.#until(
      () =>
        this.#workers.every((worker, i) => worker.accepted >= wanted[i]!) &&
        this.#acknowledged > acknowledged,
      `each worker completes ${count} jobs`,
    );
  }

  /** Resolves when a submit has failed from now on: there is one, however many jobs wait. */
  async refusal(): Promise<void> {
    const before = this.#refused;
    this.#insists = true;
    await this.#until(() => this.#refused > before, "a submit is refused");
    this.#insists = false;
  }

  /** Resolves when each worker has lost touch as often as this. */
  async outage(times: number): Promise<void> {
    await this.#until(
      () => this.#workers.every(({ outages }) => outages >= times),
      "each worker sees the outage",
    );
  }

  /** Stores jobs beside the others; only what is acknowledged counts. */
  async add(...jobs: readonly NewJob[]): Promise<readonly number[]> {
    return await submit(this.#store, this.#ledger, jobs);
  }

  /** A command that ends when there is a file. */
  async addLong(gate: string): Promise<number> {
    const [id] = await this.add(command(this.#ledger, `while [ ! -e '${gate}' ]; do sleep 0.05; done`));
    await this.#until(() => this.#workers.some(({ begun }) => begun.has(id!)), "the long job runs");
    return id!;
  }

  /** How the attempts of a job ended. */
  async attemptsOf(id: number): Promise<readonly string[]> {
    const { store } = await openStore(this.#db);
    try {
      return (await store.attempts(id)).map(({ outcome }) => outcome);
    } finally {
      await store.close();
    }
  }

  /** Lets everything come to its end, and looks whether all is as it was promised. */
  async end(expected: Expected = {}): Promise<Accounts> {
    this.#stopped = true;
    await this.#submitting;
    await this.#until(() => this.#isDone(), "all jobs are final");
    await this.#store.close();
    for (const worker of this.#workers) await worker.end();
    const figures = await audit(this.#db, this.#ledger, { unacknowledged: true, ...expected });
    await this.#checkNames();
    const outages = this.#workers.reduce((sum, worker) => sum + worker.outages, 0);
    return { ...figures, refusedSubmits: this.#refused, outages };
  }

  /** Ends what is left when a test has failed. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopped = true;
    for (const worker of this.#workers) await worker.kill();
    await this.#submitting.catch(() => {});
    await this.#store.close();
  }

  async #submitAll(): Promise<void> {
    for (let chunk = 0; !this.#stopped; chunk++) {
      const names = Array.from({ length: CHUNK }, (_, i) => `${chunk}-${i}`);
      const accepted = this.#workers.reduce((sum, worker) => sum + worker.accepted, 0);
      if (this.#insists || this.#acknowledged * CHUNK - accepted < MOST_OPEN) await this.#submitOnce(names);
      else await pause();
    }
  }

  async #submitOnce(names: readonly string[]): Promise<void> {
    for (const name of names) this.#names.set(name, false);
    try {
      await this.add(...names.map((name) => task("note", { name })));
      for (const name of names) this.#names.set(name, true);
      this.#acknowledged++;
    } catch (error) {
      if (!(error instanceof GigqError)) throw error;
      this.#refused++;
      await pause();
    }
  }

  /** Also while the store is out of reach. */
  async #isDone(): Promise<boolean> {
    try {
      const stats = await this.#store.stats();
      return Object.entries(stats.statuses).every(([status, count]) =>
        count === 0 || isFinal(status as Parameters<typeof isFinal>[0])
      );
    } catch (error) {
      if (error instanceof GigqError) return false;
      throw error;
    }
  }

  /** A submit that was made again behind our back would show as two jobs of a name. */
  async #checkNames(): Promise<void> {
    const { store } = await openStore(this.#db);
    try {
      const names = (await store.list({})).map(({ name }) => name).filter((name) => name !== null);
      const counts = Map.groupBy(names, (name) => name);
      const twice = [...counts].filter(([, all]) => all.length > 1).map(([name]) => name);
      assertEquals(twice, [], "a submit was stored twice");
      const missing = [...this.#names].filter(([name, known]) => known && !counts.has(name));
      assertEquals(missing, [], "an acknowledged submit is not there");
    } finally {
      await store.close();
    }
  }

  async #until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
    await until(async () => {
      for (const worker of this.#workers) worker.check();
      return await condition();
    }, `${what} (${this.#workers.map((worker) => worker.describe()).join("; ")})`);
  }
}

/** A worker under load: what it has said so far. */
class Member {
  readonly #process: WorkerProcess;
  readonly #ended: Promise<void>;
  #isOver = false;
  #code: number | null = null;
  #error: unknown = null;
  #last = "";
  accepted = 0;
  outages = 0;
  readonly begun = new Set<number>();

  constructor(settings: Settings) {
    this.#process = new WorkerProcess(settings, (line) => this.#hear(line));
    this.#ended = this.#process.ended().then(({ code }) => void (this.#code = code), (error) => {
      this.#error = error;
    }).finally(() => this.#isOver = true);
  }

  /** Throws when it has ended, which it must not. */
  check(): void {
    if (this.#isOver) throw this.#error ?? new Error(`A worker ended with ${this.#code}: ${this.#last}`);
  }

  describe(): string {
    return `${this.accepted} accepted, ${this.outages} outages, last: ${this.#last}`;
  }

  async end(): Promise<void> {
    this.check();
    await this.#process.open();
    await this.#ended;
    if (this.#error !== null) throw this.#error;
    assertEquals(this.#code, 0);
    assert(this.accepted > 0, "a worker did nothing");
  }

  async kill(): Promise<void> {
    if (!this.#isOver) this.#process.signal("SIGKILL");
    await this.#ended;
  }

  #hear(line: string): void {
    const [word, id] = line.split(" ");
    if (word === "accepted") this.accepted++;
    if (word === "unreachable" || word === "warning") this.#last = line;
    if (word === "unreachable") this.outages++;
    if (word === "begin") this.begun.add(Number(id));
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
}
