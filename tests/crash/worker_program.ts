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
import { openStore } from "../../src/store/open.ts";

export interface Settings {
  readonly db: string;
  /** File outside of the database to which every body adds a line when it has done its work. */
  readonly ledger: string;
  readonly mode: "run" | "drain";
  readonly maxJobs?: number;
  readonly leaseMs?: number;
  readonly heartbeatMs?: number;
}

const encoder = new TextEncoder();

function say(line: string): void {
  Deno.stdout.writeSync(encoder.encode(`${line}\n`));
}

function append(path: string, line: string): void {
  Deno.writeTextFileSync(path, `${line}\n`, { append: true });
}

/** Resolves with the next thing on stdin. */
async function signalFromTest(): Promise<void> {
  await Deno.stdin.read(new Uint8Array(16));
}

function tasks(settings: Settings): Map<string, (params: unknown, ctx: JobContext) => unknown> {
  return new Map<string, (params: unknown, ctx: JobContext) => unknown>([
    ["note", async (_params, ctx) => {
      say(`begin ${ctx.id}`);
      await new Promise((resolve) => setTimeout(resolve, 1));
      append(settings.ledger, `done ${ctx.id} ${ctx.attempt}`);
      return ctx.attempt;
    }],
    ["gate", async (_params, ctx) => {
      say(`begin ${ctx.id}`);
      if (ctx.attempt === 1) await signalFromTest();
      return `attempt ${ctx.attempt}`;
    }],
  ]);
}

function report(settings: Settings, event: EngineEvent): void {
  if (event.type === "log") say(`log ${String(new TextDecoder().decode(event.data as Uint8Array)).trim()}`);
  if (event.type !== "finished") return;
  say(`${event.accepted ? "accepted" : "refused"} ${event.job.id}`);
  if (event.accepted && event.status === "completed") {
    append(settings.ledger, `accepted ${event.job.id} ${event.job.attempt}`);
  }
}

async function main(settings: Settings): Promise<void> {
  const { store } = await openStore(settings.db, { driver: "builtin" });
  const engine = new Engine({
    store,
    runners: [new FunctionRunner(tasks(settings)), new CommandRunner()],
    worker: createWorkerInfo(),
    clock: systemClock,
    random: Math.random,
    processes: systemProcesses(systemClock),
    concurrency: 8,
    leaseMs: settings.leaseMs ?? 30_000,
    heartbeatMs: settings.heartbeatMs ?? 10_000,
    shutdownGraceMs: 5_000,
    location: settings.db,
    mode: settings.mode,
    ...(settings.maxJobs === undefined ? {} : { maxJobs: settings.maxJobs }),
    onEvent: (event) => report(settings, event),
  });
  await engine.run();
  await store.close();
}

await main(JSON.parse(Deno.args[0]!) as Settings);
