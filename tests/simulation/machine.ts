/** A simulated worker process: an engine that can be stopped, continued, cut off and killed. */

import { BusyError, UnavailableError } from "../../src/core/errors.ts";
import type { Clock, ProcessInfo, Store, WorkerInfo } from "../../src/core/ports.ts";
import { Engine, type EngineOptions, type ProcessTable, type StopLevel } from "../../src/engine/engine.ts";
import { type BodyHost, bodyRunner, type Command } from "./bodies.ts";
import type { Chance } from "./chance.ts";
import type { Ledger } from "./ledger.ts";
import type { Outages } from "./outages.ts";
import { intervals } from "./schedules.ts";

const LEASE_MS = 30_000;
const POLL_MS = 20;
/** So many leases after it was held up, nothing of that is left. */
const QUIET_LEASES = 3;

/** What can be seen of the processes of one simulated host. */
export interface Host {
  readonly name: string;
  readonly alive: Set<number>;
  readonly commands: Set<Command>;
}

export interface MachineOptions {
  readonly number: number;
  readonly host: Host;
  readonly store: Store;
  readonly clock: Clock;
  readonly chance: Chance;
  readonly ledger: Ledger;
  /** Of the server that the store is on; `null`: it is on none. */
  readonly outages: Outages | null;
}

/** Closed while the process does not run: nothing gets through, in neither direction. */
class Gate {
  #opened: Promise<void> | null = null;
  #open: (() => void) | null = null;

  get isOpen(): boolean {
    return this.#opened === null;
  }

  async pass(): Promise<void> {
    while (this.#opened !== null) await this.#opened;
  }

  close(): void {
    this.#opened ??= new Promise((resolve) => this.#open = resolve);
  }

  open(): void {
    this.#opened = null;
    this.#open?.();
  }
}

export class Machine {
  readonly #gate = new Gate();
  readonly #died = new AbortController();
  readonly #engine: Engine;
  readonly #options: MachineOptions;
  /** Until when calls to the store fail, by the steady clock. */
  #busyUntil = -Infinity;
  /** Until when it does not reach the server, by the steady clock, though others may. */
  #cutUntil = -Infinity;
  /** What happens once the next call that matters is made, before its answer arrives. */
  #inCall: "lose" | "stop" | "kill" | null = null;
  #hurries = false;
  #isTold = false;
  /** When it was last held up, by the steady clock. */
  #troubledAt = -Infinity;
  state: "running" | "stopped" | "gone" = "running";

  constructor(options: MachineOptions) {
    this.#options = options;
    const { number, host, clock, chance, ledger } = options;
    const own = this.#clock();
    const bodies: BodyHost = {
      host: host.name,
      ledger,
      clock: own,
      wall: clock,
      commands: host.commands,
    };
    const worker: WorkerInfo = {
      ...{ id: this.id, host: host.name, boot: `boot of ${host.name}`, pid: number },
      pidStart: String(number),
    };
    this.#engine = new Engine(
      {
        ...{ store: this.#link(), clock: own, worker, random: chance.next, location: null, mode: "run" },
        timetable: intervals,
        runners: [bodyRunner("inline", bodies), bodyRunner("process", bodies)],
        processes: processTable(host, clock),
        concurrency: chance.int(1, 8),
        leaseMs: LEASE_MS,
        heartbeatMs: LEASE_MS / 3,
        shutdownGraceMs: chance.spread(1_000, 60_000),
      } satisfies EngineOptions,
    );
    host.alive.add(number);
  }

  /** Runs to its end; a store that was away for too long ends it too, and sooner when it was told to hurry. */
  async run(): Promise<void> {
    try {
      await this.#engine.run();
    } catch (error) {
      // A server comes back: only who was told to stop does not wait for it.
      const mayGiveUp = this.#options.outages === null || this.#isTold;
      const isAway = error instanceof UnavailableError && mayGiveUp;
      if (!isAway && !(this.#hurries && error instanceof BusyError)) throw error;
    }
    this.#leave();
  }

  get id(): string {
    return `w${this.#options.number}`;
  }

  /** It runs, and for some leases nothing kept it from its heartbeats. */
  get isHealthy(): boolean {
    const quiet = this.#steady() - Math.max(this.#troubledAt, this.#busyUntil, this.#cutUntil);
    return this.state === "running" && quiet > QUIET_LEASES * LEASE_MS;
  }

  /** As SIGSTOP does. */
  stop(): void {
    if (this.state !== "running") return;
    this.state = "stopped";
    this.#gate.close();
  }

  /** As SIGCONT does. */
  resume(): void {
    this.state = "running";
    this.#troubledAt = this.#steady();
    this.#gate.open();
  }

  /** As SIGKILL does: commands live on. */
  kill(): void {
    this.#gate.close();
    this.#died.abort();
    this.#leave();
  }

  shutDown(level: StopLevel): void {
    this.#isTold = true;
    this.#hurries ||= level === "kill";
    this.#engine.stop(level);
  }

  /** Calls to the store fail for so long. */
  block(ms: number): void {
    this.#busyUntil = this.#steady() + ms;
  }

  /** The way to the server is cut for so long. */
  cut(ms: number): void {
    this.#cutUntil = this.#steady() + ms;
  }

  /** The next claim or finish is made, and before its answer arrives something happens; `lose`: it does not. */
  interrupt(how: "lose" | "stop" | "kill" | null): void {
    this.#inCall = how;
  }

  #leave(): void {
    if (this.state === "gone") return;
    this.state = "gone";
    this.#options.host.alive.delete(this.#options.number);
  }

  #steady(): number {
    return this.#options.clock.monotonic!();
  }

  #clock(): Clock {
    const { clock } = this.#options;
    const gate = this.#gate;
    return {
      now: () => clock.now(),
      monotonic: () => clock.monotonic!(),
      async sleep(ms, signal): Promise<void> {
        await clock.sleep(ms, signal);
        if (!gate.isOpen) await gate.pass();
      },
    };
  }

  #link(): Store {
    const { store } = this.#options;
    const schedules = this.#linked(store.schedules);
    return new Proxy(store, {
      get: (target, key): unknown => {
        if (key === "schedules") return schedules;
        if (key === "capabilities" && this.#options.outages !== null) {
          return { ...target.capabilities, shared: true, remote: true };
        }
        if (key === "watch") return (signal: AbortSignal) => this.#watch(signal);
        const member = Reflect.get(target, key);
        if (typeof member !== "function") return member;
        return (...args: unknown[]): Promise<unknown> => this.#call(() => member.apply(target, args));
      },
    });
  }

  /** Every call of a part of the store goes the same way. */
  #linked<T extends object>(part: T): T {
    return new Proxy(part, {
      get: (target, key): unknown => {
        const verb = Reflect.get(target, key) as (...args: unknown[]) => Promise<unknown>;
        return (...args: unknown[]) => this.#call(() => verb.apply(target, args));
      },
    });
  }

  async #call(action: () => Promise<unknown>): Promise<unknown> {
    if (!this.#gate.isOpen) await this.#gate.pass();
    if (this.#steady() < this.#cutUntil) throw new UnavailableError("The server does not answer");
    this.#options.outages?.check();
    if (this.#steady() < this.#busyUntil) throw new BusyError("The database is locked");
    const answer = await action();
    const interruption = isWeighty(answer) ? this.#inCall : null;
    if (interruption !== null) {
      this.#inCall = null;
      this.#troubledAt = this.#steady();
    }
    if (interruption === "stop") this.stop();
    if (interruption === "kill") this.kill();
    if (!this.#gate.isOpen) await this.#gate.pass();
    if (interruption === "lose") throw new UnavailableError("The answer did not arrive");
    return answer;
  }

  async *#watch(signal: AbortSignal): AsyncGenerator<void> {
    const either = AbortSignal.any([signal, this.#died.signal]);
    for await (const _ of this.#options.store.watch(either)) {
      if (!this.#gate.isOpen) await this.#gate.pass();
      yield;
    }
  }
}

/** The answer to a claim that gave something, or to a finish. */
function isWeighty(answer: unknown): boolean {
  const { jobs, accepted } = (Array.isArray(answer) ? answer[0] : answer) ?? {};
  return accepted !== undefined || jobs?.length > 0;
}

function processTable({ alive, commands }: Host, clock: Clock): ProcessTable {
  return {
    isGone: ({ pid }: ProcessInfo) => !alive.has(pid),
    async end({ id, attempt }, _graceMs, signal): Promise<void> {
      for (;;) {
        const left = [...commands].filter((command) => command.id === id && command.attempt === attempt);
        if (left.length === 0 || signal.aborted) return;
        for (const { kill } of left) kill();
        await clock.sleep(POLL_MS, signal);
      }
    },
  };
}
