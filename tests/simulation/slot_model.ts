/**
 * What becomes of the slots of one schedule, as `docs/schedules.md` tells it: a second opinion that shares no code with
 * the plan. Slots lie at multiples of an interval after an anchor.
 */

import type { FiringStatus, RunEnd, ScheduleDefinition, Trigger } from "../../src/core/schedule.ts";

/** The latest slot is in time for so long. */
const IN_TIME_MS = 60_000;
const RECENT = 20;

/** What a history says of one slot, or of a row of missed ones. */
export interface Entry {
  readonly slot: number;
  status: FiringStatus;
  readonly trigger: Trigger;
  /** Those that it stands for, the earliest first. */
  readonly slots: readonly number[];
  /** Which run it was, counted from 1; `null` for none. */
  run: number | null;
}

/** What a schedule says of itself. */
export type Rules =
  & Pick<ScheduleDefinition, "overlap" | "catchUp" | "catchUpWindowMs" | "count" | "pauseOnFailure">
  & { readonly everyMs: number; readonly anchor: number; readonly until: number | null };

/** A run: `ready` until somebody takes it. */
export interface Run {
  readonly id: number;
  state: "ready" | "running" | RunEnd | "gone";
  endedAt: number;
  /** Whether it was asked to stop while it ran. */
  asked: boolean;
}

const FINAL = new Set<Run["state"]>(["completed", "failed", "cancelled", "gone"]);

export class SlotModel {
  readonly entries = new Map<number, Entry>();
  readonly runs: Run[] = [];
  cursor: number;
  isPaused = false;
  fired = 0;
  failures = 0;
  recent: RunEnd[] = [];

  constructor(public rules: Rules, now: number) {
    this.cursor = now;
  }

  history(): readonly Entry[] {
    return [...this.entries.values()].sort((a, b) => a.slot - b.slot);
  }

  get nextAt(): number | null {
    return this.isPaused || this.#isOver()
      ? null
      : this.slots(this.cursor, this.cursor + this.rules.everyMs)[0] ?? null;
  }

  /** Slots after one time and up to another. */
  slots(after: number, until: number): readonly number[] {
    const { everyMs, anchor, until: last } = this.rules;
    const found: number[] = [];
    const end = Math.min(until, last ?? Infinity);
    for (
      let at = anchor + everyMs * Math.max(1, Math.floor((after - anchor) / everyMs));
      at <= end;
      at += everyMs
    ) {
      if (at > after) found.push(at);
    }
    return found;
  }

  /** Somebody looks. A drain fires only what was due when it began. */
  look(now: number, until = Infinity): void {
    this.#seeEnds();
    if (this.isPaused) return;
    const { overlap } = this.rules;
    const before = this.runs.length;
    this.#keepNewest();
    // What is replaced by a slot that is due does not begin before; where all may run, what is due begins first.
    if (overlap !== "cancel-previous" && overlap !== "allow") this.#startWaiting();
    for (const { slot, isLate } of this.#due(Math.min(now, until), now)) {
      if (this.#isOver()) break;
      this.#decide(slot, isLate ? "catch-up" : "time");
      this.cursor = slot;
    }
    this.#startWaiting();
    this.#cancel(now, before);
    if (!this.#isOver()) this.cursor = Math.max(this.cursor, Math.min(now, until));
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(now: number): void {
    if (!this.isPaused) return;
    this.isPaused = false;
    this.cursor = now;
    this.failures = 0;
  }

  edit(rules: Partial<Rules>, now: number): void {
    const before = this.rules;
    const wasOver = this.#isOver();
    const isMoved = rules.everyMs !== undefined && rules.everyMs !== before.everyMs;
    this.rules = { ...before, ...rules, ...isMoved && { anchor: now } };
    if (isMoved || (wasOver && !this.#isOver())) this.cursor = now;
  }

  byHand(now: number): void {
    let slot = now;
    while (this.entries.has(slot) || this.slots(slot - 1, slot).length > 0) slot++;
    this.#start(slot, "manual");
  }

  backfill(from: number, until: number, now: number): void {
    if (this.nextAt !== null && this.nextAt <= until) this.look(now);
    for (const slot of this.slots(from - 1, until)) {
      if (this.nextAt !== null && slot >= this.nextAt) break;
      const known = this.entries.get(slot);
      if (known !== undefined && known.status !== "skipped" && known.status !== "missed") continue;
      this.#takeOutOfRow(slot);
      this.#wait(slot, "backfill");
    }
  }

  #isOver(): boolean {
    return this.rules.count !== null && this.fired >= this.rules.count;
  }

  #seeEnds(): void {
    const ended = this.#open("started").flatMap((entry) => {
      const run = this.runs[entry.run! - 1]!;
      return FINAL.has(run.state) ? [{ entry, run }] : [];
    });
    ended.sort((a, b) => a.run.endedAt - b.run.endedAt || a.entry.slot - b.entry.slot);
    for (const { entry, run } of ended) {
      const end = run.state as RunEnd | "gone";
      entry.status = end;
      if (end === "gone") continue;
      this.recent = [...this.recent, end].slice(-RECENT);
      if (end === "completed") this.failures = 0;
      if (end !== "failed") continue;
      this.failures++;
      const { pauseOnFailure } = this.rules;
      if (pauseOnFailure !== null && this.failures >= pauseOnFailure) this.isPaused = true;
    }
  }

  /** The slots to decide now that are not missed; the missed ones are written down. */
  #due(until: number, now: number): readonly { readonly slot: number; readonly isLate: boolean }[] {
    const { catchUp, catchUpWindowMs } = this.rules;
    if (this.#isOver()) return [];
    const slots = this.slots(this.cursor, until);
    const latest = slots.at(-1);
    let row: number[] = [];
    const runs: { slot: number; isLate: boolean }[] = [];
    const close = (): void => {
      if (row.length > 0) this.#miss(row);
      row = [];
    };
    for (const slot of slots) {
      // One that was over may have been backfilled up to now, and go on.
      const known = this.entries.get(slot);
      if (known?.status === "queued" || (known?.run ?? null) !== null) continue;
      const isLate = now - slot > IN_TIME_MS;
      const isMadeUp = (catchUp === "all" || (catchUp === "one" && slot === latest)) &&
        (catchUpWindowMs === null || now - slot <= catchUpWindowMs);
      if (isLate ? !isMadeUp : catchUp !== "all" && slot !== latest) {
        row.push(slot);
        continue;
      }
      close();
      runs.push({ slot, isLate });
    }
    close();
    return runs;
  }

  #miss(row: readonly number[]): void {
    const slot = row.at(-1)!;
    this.entries.set(slot, { slot, status: "missed", trigger: "time", slots: row, run: null });
  }

  #takeOutOfRow(slot: number): void {
    const entry = this.history().find(({ status, slots }) => status === "missed" && slots.includes(slot));
    if (entry === undefined) return;
    this.entries.delete(entry.slot);
    const left = entry.slots.filter((other) => other !== slot);
    if (left.length > 0) this.#miss(left);
  }

  #decide(slot: number, trigger: Trigger): void {
    const { overlap } = this.rules;
    const running = this.#open("started");
    const waiting = this.#open("queued");
    const own = waiting.filter((entry) => entry.trigger !== "backfill");
    const backfills = [...running, ...waiting].some((entry) => entry.trigger === "backfill");
    const isFree = overlap === "allow" || (running.length === 0 && waiting.length === 0);
    if (isFree) this.#start(slot, trigger);
    else if (overlap === "queue-all") this.#wait(slot, trigger);
    else if (overlap === "cancel-previous") {
      for (const { slot: replaced } of own) this.#skip(replaced);
      this.fired -= own.length;
      this.#wait(slot, trigger);
    } else if (own.length > 0) return this.#skip(slot, trigger);
    else if (
      overlap === "queue-one" || (backfills && !running.some((entry) => entry.trigger !== "backfill"))
    ) {
      this.#wait(slot, trigger);
    } else return this.#skip(slot, trigger);
    this.fired++;
  }

  #ownWaiting(): readonly Entry[] {
    return this.#open("queued").filter(({ trigger }) => trigger !== "backfill");
  }

  /** Of what waits for a run to be cancelled, the newest goes on. */
  #keepNewest(): void {
    if (this.rules.overlap !== "cancel-previous") return;
    for (const { slot } of this.#ownWaiting().slice(0, -1)) {
      this.#skip(slot);
      this.fired--;
    }
  }

  /** What stands in the way of a newer slot is to end; what this look has begun hears of it with the next. */
  #cancel(now: number, before: number): void {
    if (this.rules.overlap !== "cancel-previous" || this.#ownWaiting().length === 0) return;
    for (const { run, trigger } of this.#open("started")) {
      const found = this.runs[run! - 1]!;
      if (trigger === "backfill" || found.id > before) continue;
      if (found.state === "ready") Object.assign(found, { state: "cancelled", endedAt: now });
      else if (found.state === "running") found.asked = true;
    }
  }

  #startWaiting(): void {
    const { overlap } = this.rules;
    for (const { slot, trigger } of this.#open("queued")) {
      if (overlap !== "allow" && this.#open("started").length > 0) return;
      this.#start(slot, trigger);
    }
  }

  #open(status: "started" | "queued"): readonly Entry[] {
    return this.history().filter((entry) => entry.status === status);
  }

  #start(slot: number, trigger: Trigger): void {
    const id = this.runs.length + 1;
    this.runs.push({ id, state: "ready", endedAt: 0, asked: false });
    this.entries.set(slot, { slot, status: "started", trigger, slots: [slot], run: id });
  }

  #wait(slot: number, trigger: Trigger): void {
    this.entries.set(slot, { slot, status: "queued", trigger, slots: [slot], run: null });
  }

  #skip(slot: number, trigger: Trigger = this.entries.get(slot)!.trigger): void {
    this.entries.set(slot, { slot, status: "skipped", trigger, slots: [slot], run: null });
  }
}
