/** What the simulated jobs do: work for a while, fail, hang, ignore being told to stop. */

import type { JobId } from "../../src/core/job.ts";
import type { ClaimedJob, Clock, RunContext, Runner, RunResult } from "../../src/core/ports.ts";
import type { BodyRecord, Ledger } from "./ledger.ts";

/** Payload of a simulated job. */
export interface Plan {
  /** How long it works. */
  readonly workMs: number;
  /** `hears`: stops when asked · `ignores`: goes on · `hangs`: never ends by itself, told or not. */
  readonly manner: "hears" | "ignores" | "hangs";
  /** Its first attempts fail, so many. */
  readonly failures: number;
  /** Then it fails without leave to be tried again. */
  readonly permanent: boolean;
}

/** A command that runs on a host, as its processes would: its worker may die and it goes on. */
export interface Command {
  readonly id: JobId;
  readonly attempt: number;
  /** Ends its processes. */
  readonly kill: () => void;
}

/** What bodies share with the worker they run in. */
export interface BodyHost {
  readonly host: string;
  readonly ledger: Ledger;
  /** Of the worker: it stands still while the worker is stopped. */
  readonly clock: Clock;
  /** Of the machine. */
  readonly wall: Clock;
  /** Commands that run on this host now. */
  readonly commands: Set<Command>;
}

/** Functions end with their worker; commands are processes of their own. */
export function bodyRunner(kind: "inline" | "process", host: BodyHost): Runner {
  return {
    kind,
    routes: [kind],
    run: (job, context) =>
      kind === "process" ? runProcess(job, context, host) : runInline(job, context, host),
  };
}

function begin(
  { id, attempt }: ClaimedJob,
  { host, ledger, wall }: BodyHost,
  isCommand: boolean,
): BodyRecord {
  const body: BodyRecord = { id, attempt, host, isCommand, end: null };
  ledger.begun(body, wall.now());
  return body;
}

function settle(body: BodyRecord, result: RunResult, { ledger, wall }: BodyHost): RunResult {
  body.end = result.type;
  ledger.note("ended", body.id, body.attempt, body.end, wall.now());
  return result;
}

/** When the worker dies, its clock never gets there. */
async function runInline(job: ClaimedJob, { signal }: RunContext, host: BodyHost): Promise<RunResult> {
  const body = begin(job, host, false);
  const { workMs, manner } = planOf(job);
  if (manner === "hangs") await new Promise(() => {});
  await host.clock.sleep(workMs, manner === "hears" ? signal : undefined);
  const isWhole = manner === "ignores" || !signal.aborted;
  return settle(body, isWhole ? resultOf(job) : failure("stopped"), host);
}

async function runProcess(job: ClaimedJob, context: RunContext, host: BodyHost): Promise<RunResult> {
  const body = begin(job, host, true);
  const { workMs, manner } = planOf(job);
  const killed = new AbortController();
  const command: Command = { id: job.id, attempt: job.attempt, kill: () => killed.abort() };
  host.commands.add(command);
  void context.process({ pid: job.id, pidStart: String(job.attempt) });
  if (manner === "hears") context.signal.addEventListener("abort", command.kill);
  context.kill.addEventListener("abort", command.kill);
  if (manner === "hangs") await aborted(killed.signal);
  else await host.wall.sleep(workMs, killed.signal);
  host.commands.delete(command);
  return settle(body, killed.signal.aborted ? failure("ended by a signal") : resultOf(job), host);
}

function planOf({ payload }: ClaimedJob): Plan {
  return payload as unknown as Plan;
}

function resultOf(job: ClaimedJob): RunResult {
  const { failures, permanent } = planOf(job);
  if (job.attempt > failures) return { type: "completed", result: `${job.id}/${job.attempt}` };
  return failure("failed as planned", permanent);
}

function failure(message: string, permanent = false): RunResult {
  return { type: "failed", reason: "error", error: { class: "Error", message }, permanent };
}

function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => signal.addEventListener("abort", () => resolve(), { once: true }));
}
