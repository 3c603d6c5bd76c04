/** A simulated world: workers that come and go, people who submit and cancel, things that break. */

import type { JobId } from "../../src/core/job.ts";
import type { Store } from "../../src/core/ports.ts";
import { FINAL, isFinal } from "../../src/core/transitions.ts";
import type { StopLevel } from "../../src/engine/engine.ts";
import { MemoryStore } from "../../src/store/memory/store.ts";
import { FakeClock } from "../../src/testing/mod.ts";
import { Chance } from "./chance.ts";
import { Ledger } from "./ledger.ts";
import { type Host, Machine } from "./machine.ts";
import { Outages } from "./outages.ts";
import { accountSchedules, addSchedules, pauseSchedules } from "./schedules.ts";
import { QUEUES, randomJobs, randomWorkflow } from "./submissions.ts";
import { witnessed } from "./witness.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const MOST_WORKERS = 4;
/** Final jobs are removed when they are this old. */
const KEPT_MS = 10 * MINUTE;
/** Of the jobs that are stored, so many may be named by an action. */
const NAMED = 40;

type Action = (world: World) => Promise<void> | void;

/** What happens, and how often compared with the rest. */
const ACTIONS: readonly (readonly [number, Action])[] = [
  [10, (world) => world.submit(false)],
  [3, (world) => world.submit(true)],
  [3, (world) => world.cancel()],
  [3, (world) => world.requeue()],
  [2, (world) => world.pause()],
  [4, (world) => world.resume()],
  [3, (world) => world.startWorker()],
  [2, (world) => world.shutDown()],
  [2, (world) => world.kill()],
  [3, (world) => world.freeze()],
  [4, (world) => world.thaw()],
  [3, (world) => world.block()],
  [4, (world) => world.interrupt()],
  [4, (world) => world.prune()],
];

/** What happens besides where the store is on a server. */
const SERVER_ACTIONS: readonly (readonly [number, Action])[] = [
  [3, (world) => world.goAway()],
  [3, (world) => world.cut()],
];

export interface WorldOptions {
  readonly seed: number;
  /** Whether somebody sets the clock now and then. */
  readonly jumps: boolean;
  /** Whether the store is on a server, which is away now and then. */
  readonly server?: boolean;
  /** Whether schedules make jobs, too. */
  readonly schedules?: boolean;
}

export class World {
  readonly clock = new FakeClock();
  readonly ledger: Ledger;
  readonly #chance: Chance;
  readonly #store: Store;
  readonly #hosts: readonly Host[];
  readonly #paused = new Set<string>();
  readonly #jumps: boolean;
  readonly #schedules: boolean;
  readonly #outages: Outages | null;
  readonly #actions: readonly (readonly [number, Action])[];
  #machines: Machine[] = [];
  #ends: Promise<void>[] = [];
  #workers = 0;
  #known: JobId[] = [];
  /** The latest time that the clock has shown. */
  #latest = -Infinity;
  readonly #errors: unknown[] = [];
  readonly #bornAt = this.clock.now();

  constructor({ seed, jumps, server = false, schedules = false }: WorldOptions) {
    this.#chance = new Chance(seed);
    this.#jumps = jumps;
    this.#schedules = schedules;
    this.#outages = server ? new Outages(this.clock) : null;
    this.#actions = server ? [...ACTIONS, ...SERVER_ACTIONS] : ACTIONS;
    const names = this.#chance.happens(0.7) ? ["box"] : ["box", "tower"];
    this.#hosts = names.map((name) => ({ name, alive: new Set(), commands: new Set() }));
    this.ledger = new Ledger(names.length === 1);
    this.#store = witnessed(
      new MemoryStore(),
      this.clock,
      this.ledger,
      this.#paused,
      (worker) => this.#machines.some(({ id, isHealthy }) => id === worker && isHealthy),
    );
  }

  /** Lives for so long, then heals and waits until every job is final. */
  async live(ms: number): Promise<void> {
    const end = this.clock.monotonic() + ms;
    if (this.#schedules) await addSchedules(this.#store, this.#chance, this.clock.now());
    this.startWorker();
    while (this.clock.monotonic() < end) {
      await this.#pass(this.#chance.until(MINUTE));
      await this.#act();
    }
    await this.#heal();
  }

  async submit(asWorkflow: boolean): Promise<void> {
    if (this.#isAway) return;
    const now = this.clock.now();
    const jobs = asWorkflow ? randomWorkflow(this.#chance, now) : randomJobs(this.#chance, now, this.#known);
    const workflow = { name: "flow", key: null, params: {} };
    const stored = await this.#store.enqueue({ jobs, ...asWorkflow && { workflow } }, now);
    this.#known = [...this.#known, ...stored.jobs.map(({ id }) => id)].slice(-NAMED);
  }

  async cancel(): Promise<void> {
    if (this.#known.length > 0 && !this.#isAway) {
      await this.#store.cancel([this.#chance.pick(this.#known)], this.clock.now());
    }
  }

  async requeue(): Promise<void> {
    if (this.#known.length > 0 && !this.#isAway) {
      await this.#store.requeue([this.#chance.pick(this.#known)], this.clock.now());
    }
  }

  async pause(): Promise<void> {
    await this.#setPaused(this.#chance.pick(QUEUES), true);
  }

  async resume(): Promise<void> {
    for (const queue of this.#paused) await this.#setPaused(queue, false);
  }

  startWorker(): void {
    if (this.#running().length >= MOST_WORKERS) return;
    const machine = new Machine({
      number: ++this.#workers,
      host: this.#chance.pick(this.#hosts),
      store: this.#store,
      clock: this.clock,
      chance: this.#chance.fork(),
      ledger: this.ledger,
      outages: this.#outages,
    });
    this.#machines.push(machine);
    this.#ends.push(machine.run().catch((error) => void this.#errors.push(error)));
  }

  shutDown(): void {
    const level = this.#chance.pick<StopLevel>(["drain", "drain", "cancel", "kill"]);
    this.#any("running")?.shutDown(level);
  }

  kill(): void {
    (this.#any("running") ?? this.#any("stopped"))?.kill();
  }

  freeze(): void {
    this.#any("running")?.stop();
  }

  thaw(): void {
    this.#any("stopped")?.resume();
  }

  block(): void {
    const ms = this.#chance.spread(100, 2 * MINUTE);
    const all = this.#chance.happens(0.3);
    for (const machine of all ? this.#running() : [this.#any("running")]) machine?.block(ms);
  }

  /** The server is away for everybody. One that says nothing holds up who waits for it as a lock does. */
  goAway(): void {
    const ms = this.#chance.spread(500, 10 * MINUTE);
    const down = this.#chance.happens(0.6);
    this.#outages!.begin(ms, down);
    if (!down) { for (const machine of this.#running()) machine.cut(ms); }
    // What was under way when it went: done, and not answered.
    if (this.#chance.happens(0.5)) this.#any("running")?.interrupt("lose");
  }

  /** One worker does not reach the server any more. */
  cut(): void {
    this.#any("running")?.cut(this.#chance.spread(500, 5 * MINUTE));
  }

  interrupt(): void {
    this.#any("running")?.interrupt(this.#chance.pick(["lose", "stop", "kill"]));
  }

  async prune(): Promise<void> {
    if (this.#isAway) return;
    const finishedBefore = this.clock.now() - KEPT_MS;
    const old = await this.#store.list({ statuses: FINAL, finishedBefore });
    if (old.length > 0) await this.#store.remove(old.map(({ id }) => id));
    const stored = new Set((await this.#store.list({})).map(({ id }) => id));
    this.#known = this.#known.filter((id) => stored.has(id));
    this.#machines = this.#machines.filter(({ state }) => state !== "gone");
  }

  async #act(): Promise<void> {
    if (this.#jumps && this.#chance.happens(0.01)) await this.#jump();
    const weights = this.#actions.reduce((sum, [weight]) => sum + weight, 0);
    let at = this.#chance.int(0, weights - 1);
    const [, action] = this.#actions.find(([weight]) => (at -= weight) < 0)!;
    await action(this);
    if (this.#running().length === 0) this.startWorker();
    this.#check();
  }

  /** People do not reach the server either. */
  get #isAway(): boolean {
    return this.#outages?.isAway ?? false;
  }

  #check(): void {
    if (this.#errors.length > 0) throw this.#errors[0];
    const [wrong] = this.ledger.wrongs;
    if (wrong !== undefined) throw new Error(wrong);
  }

  /** A call under way would bring a time of the future, and find jobs due that are not: first all are answered. */
  async #jump(): Promise<void> {
    for (const machine of this.#machines) if (machine.state === "stopped") machine.resume();
    await this.#pass(0);
    this.#setClock(this.#chance.pick([-24 * HOUR, -HOUR, HOUR, 24 * HOUR]));
  }

  #setClock(ms: number): void {
    this.#latest = Math.max(this.#latest, this.clock.now());
    this.ledger.jumped(ms, this.clock.now());
    this.clock.jump(ms);
  }

  async #pass(ms: number): Promise<void> {
    await this.clock.advance(ms);
    this.#check();
  }

  /** With healthy workers, everything comes to its end, and nothing is missing. */
  async #heal(): Promise<void> {
    // What was put off by a clock that was days ahead comes when it shows that time again.
    if (this.#latest > this.clock.now()) this.#setClock(this.#latest - this.clock.now());
    await this.resume();
    this.#outages?.begin(0, false);
    await pauseSchedules(this.#store, this.clock.now());
    for (const machine of this.#machines) {
      if (machine.state === "stopped") machine.resume();
      machine.block(0);
      machine.cut(0);
      machine.interrupt(null);
    }
    this.startWorker();
    let left = await this.#unfinished();
    for (let hours = 0; left.length > 0 && hours < 60; hours++) {
      await this.#pass(HOUR);
      if (this.#running().length === 0) this.startWorker();
      left = await this.#unfinished();
    }
    const describe = left.map(({ id, status, kind }) => `${id} (${kind}, ${status})`).join(", ");
    if (left.length > 0) throw new Error(`Jobs that never ended: ${describe}`);
    await this.#account();
    await accountSchedules(this.#store, this.#bornAt);
    for (const machine of this.#running()) machine.shutDown("drain");
    await this.#pass(2 * MINUTE);
    const held = await this.#store.leases({ expiredBy: Number.MAX_SAFE_INTEGER });
    if (held.length > 0) throw new Error("Workers that were shut down left claims behind");
  }

  async #unfinished(): Promise<readonly { id: JobId; status: string; kind: string }[]> {
    return (await this.#store.list({})).filter(({ status }) => !isFinal(status));
  }

  /** Store and ledger agree: each acknowledged job is there, final, and its end is the one that was accepted. */
  async #account(): Promise<void> {
    const stored = await this.#store.list({});
    for (const job of stored) this.ledger.seen(job);
    const ids = new Set(stored.map(({ id }) => id));
    const missing = this.ledger.expected().filter((id) => !ids.has(id));
    if (missing.length > 0) throw new Error(`Jobs that were lost: ${missing.join(", ")}`);
  }

  #running(): Machine[] {
    return this.#machines.filter(({ state }) => state === "running");
  }

  #any(state: Machine["state"]): Machine | undefined {
    const machines = this.#machines.filter((machine) => machine.state === state);
    return machines.length === 0 ? undefined : this.#chance.pick(machines);
  }

  async #setPaused(queue: string, paused: boolean): Promise<void> {
    if (paused) this.#paused.add(queue);
    else this.#paused.delete(queue);
    await this.#store.pause(queue, paused);
  }
}
