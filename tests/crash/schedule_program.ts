/**
 * Looks at schedules, as a process of its own, for tests that kill it. Arguments: a JSON object of {@linkcode Ticking}.
 * Each line on stdin is the time that its clock shows: it looks at what is due then, works a little, and says `ticked`.
 */

import { createScheduler } from "../../src/compose.ts";
import type { Clock, Schedules, Store, WorkerInfo } from "../../src/core/ports.ts";
import { openStore } from "../../src/store/open.ts";

export interface Ticking {
  readonly db: string;
  /** Whom entries of histories name. */
  readonly by: string;
  /** Steps are taken from whichever version is stored. */
  readonly unversioned?: boolean;
  /** It is killed from outside. */
  readonly fault?: undefined;
}

/** Jobs of who was killed come back after so long. */
const LEASE_MS = 3 * 60_000;
const USAGE = { wallMs: null, cpuMs: null, maxRssBytes: null, exitCode: null, signal: null };

const encoder = new TextEncoder();

function say(line: string): void {
  Deno.stdout.writeSync(encoder.encode(`${line}\n`));
}

/** Says where it is, so that it can be killed there. */
function watched(store: Store, unversioned: boolean): Store {
  const { schedules } = store;
  const wrapped: Schedules = {
    add: (...args) => schedules.add(...args),
    list: (...args) => schedules.list(...args),
    remove: (...args) => schedules.remove(...args),
    firings: (...args) => schedules.firings(...args),
    due: async (now) => {
      const due = await schedules.due(now);
      say("due");
      return due;
    },
    advance: async (step, now) => {
      say("advance");
      const [stored] = unversioned ? await schedules.list({ ids: [step.id] }) : [];
      const told = await schedules.advance({ ...step, version: stored?.version ?? step.version }, now);
      say("advanced");
      return told;
    },
  };
  return new Proxy(store, {
    get: (target, name): unknown => {
      if (name === "schedules") return wrapped;
      const value = Reflect.get(target, name);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Some jobs end at once, some at a later tick, and some never: whoever holds them is killed. */
async function work(store: Store, worker: WorkerInfo, now: number): Promise<void> {
  const lost = await store.leases({ expiredBy: now });
  const outcome = { type: "failed", reason: "lost", error: null, retryAt: null } as const;
  await store.rescue(lost.map(({ id, attempt, leaseUntil }) => ({ id, attempt, leaseUntil, outcome })), now);
  const { jobs } = await store.claim({ worker, limit: 3, leaseMs: LEASE_MS, routes: ["test"] }, now);
  const ends = jobs.filter(({ id }) => id % 5 !== 0);
  const finishes = ends.map(({ id, attempt }) => ({
    ...{ id, attempt, usage: USAGE },
    outcome: { type: "completed", result: null } as const,
  }));
  await store.finish(finishes, now);
}

const { db, by, unversioned = false } = JSON.parse(Deno.args[0]!) as Ticking;
const { store: opened } = await openStore(db, { driver: "builtin" });
const store = watched(opened, unversioned);
const worker: WorkerInfo = { id: by, host: "here", boot: null, pid: Deno.pid, pidStart: null };
let now = 0;
const clock: Clock = { now: () => now, sleep: () => Promise.resolve() };
const scheduler = createScheduler({ store, clock, by });
say("ready");
for await (const text of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
  for (const line of text.trim().split("\n")) {
    now = Number(line);
    await scheduler.look();
    await work(store, worker, now);
    say("ticked");
  }
}
await store.close();
