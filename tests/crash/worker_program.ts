/**
 * A worker as a process of its own, for tests that kill it. Arguments: a JSON object of {@linkcode Settings}.
 * Says on stdout what happens, a line each.
 */

import { Engine, type EngineEvent } from "../../src/engine/engine.ts";
import { createWorkerInfo } from "../../src/engine/identity.ts";
import { systemProcesses } from "../../src/engine/process_table.ts";
import { systemClock } from "../../src/engine/system_clock.ts";
import { CommandRunner } from "../../src/runner/command.ts";
import { FunctionRunner } from "../../src/runner/function.ts";
import type { JobContext } from "../../src/runner/job_context.ts";
import type { Clock, WorkerInfo } from "../../src/core/ports.ts";
import { openStore } from "../../src/store/open.ts";
import { builtin } from "../../src/store/sqlite/drivers/builtin.ts";
import { type Fault, Faults } from "./faults.ts";
import { submit } from "./feed.ts";
import { task } from "./jobs.ts";
import { note, type Word } from "./ledger.ts";
import { shiftClock } from "./shifted_clock.ts";
import { type Gap, unfenced } from "./unfenced.ts";

export interface Settings {
  readonly db: string;
  /** See `ledger.ts`. */
  readonly ledger: string;
  readonly mode: "run" | "drain";
  readonly maxJobs?: number;
  readonly concurrency?: number;
  readonly queues?: readonly string[];
  readonly leaseMs?: number;
  readonly heartbeatMs?: number;
  /** Where it kills or stops itself. */
  readonly fault?: Fault;
  /** How far the clock of its machine is off, for all that it does. */
  readonly shiftMs?: number;
  /** The machine that it claims to be on; default this one. */
  readonly host?: string;
  /** Ends in good order once it is told on stdin. */
  readonly untilTold?: boolean;
  /** What is missing from the fence around finishes. */
  readonly gap?: Gap;
  /** Submits so many jobs at the start, and as many again whenever so many have completed here. */
  readonly submits?: number;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

function say(line: string): void {
  Deno.stdout.writeSync(encoder.encode(`${line}\n`));
}

/** Resolves with the next thing on stdin. */
const told = Promise.withResolvers<void>();

async function listen(): Promise<void> {
  await Deno.stdin.read(new Uint8Array(16));
  told.resolve();
}

type Body = (params: unknown, ctx: JobContext) => Promise<number>;

/** What its functions do; the result of each is the number of the attempt. */
function tasks({ ledger }: Settings): Map<string, Body> {
  const work = (wait: (ctx: JobContext) => Promise<unknown>): Body => async (_params, ctx) => {
    const { id, attempt } = ctx;
    note(ledger, { word: "begin", id, attempt });
    await wait(ctx);
    note(ledger, { word: "done", id, attempt });
    return attempt;
  };
  return new Map([
    ["note", work(() => new Promise((resolve) => setTimeout(resolve, 1)))],
    // The first attempt waits for the test.
    ["gate", work(({ attempt }) => attempt === 1 ? told.promise : Promise.resolve())],
  ]);
}

function report({ ledger }: Settings, event: EngineEvent): void {
  switch (event.type) {
    case "started":
      return say(`begin ${event.job.id}`);
    case "log": {
      const { data } = event;
      const text = typeof data === "string" ? data : decoder.decode(data);
      return say(`log ${event.job.id} ${text.trim()}`);
    }
    case "idle":
      return say("idle");
    case "unreachable":
      return say(`unreachable ${event.error.message}`);
    case "reachable":
      return say("reachable");
    case "warning":
      return say(`warning ${event.message} ${event.error ?? ""}`);
    case "finished": {
      const word: Word = event.accepted ? "accepted" : "refused";
      const { id, attempt } = event.job;
      if (!event.accepted || event.status === "completed") note(ledger, { word, id, attempt });
      return say(`${word} ${id}`);
    }
  }
}

/** On another machine, nothing of this one can be seen. */
function identity({ host }: Settings): WorkerInfo {
  const worker = createWorkerInfo();
  return host === undefined ? worker : { ...worker, host, boot: `boot of ${host}` };
}

async function main(settings: Settings): Promise<void> {
  const { db, ledger, fault, gap, submits, shiftMs } = settings;
  if (shiftMs !== undefined) shiftClock(shiftMs);
  const faults = new Faults(fault, (point) => say(`at ${point}`));
  if (fault !== undefined) {
    faults.watchDriver(builtin);
    faults.watchSpawn();
  }
  const opened = await openStore(db, { driver: "builtin" });
  const clock: Clock = { ...systemClock, now: opened.now ?? systemClock.now };
  const base = gap === undefined ? opened.store : unfenced(opened.store, db, gap);
  const store = fault === undefined ? base : faults.store(base);
  const more = (): Promise<unknown> =>
    submit(store, ledger, Array.from({ length: submits ?? 0 }, () => task("note")));
  const runners = [new FunctionRunner(tasks(settings)), new CommandRunner()];
  let completed = 0;
  const engine = new Engine({
    store,
    runners: fault === undefined ? runners : runners.map((runner) => faults.runner(runner)),
    worker: identity(settings),
    clock,
    random: Math.random,
    processes: systemProcesses(clock),
    concurrency: settings.concurrency ?? 8,
    leaseMs: settings.leaseMs ?? 30_000,
    heartbeatMs: settings.heartbeatMs ?? 10_000,
    shutdownGraceMs: 5_000,
    location: db,
    mode: settings.mode,
    ...(settings.queues && { queues: settings.queues }),
    ...(settings.maxJobs === undefined ? {} : { maxJobs: settings.maxJobs }),
    onEvent: (event) => {
      report(settings, event);
      if (event.type === "finished" && submits !== undefined && ++completed % submits === 0) void more();
    },
  });
  void listen();
  if (submits !== undefined) await more();
  if (submits !== undefined || settings.untilTold) void told.promise.then(() => engine.stop());
  await engine.run();
  await store.close();
}

await main(JSON.parse(Deno.args[0]!) as Settings);
// The read of stdin would keep it.
Deno.exit();
