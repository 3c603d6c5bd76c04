/** What `gigq run` does. */

import { UsageError } from "../../core/errors.ts";
import { finalSteps, type RunStatus, runStatus } from "../../core/workflow/outcome.ts";
import type { Job } from "../../core/job.ts";
import type { ResolvedWorkflow } from "../../core/workflow.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import { FINAL, isFinal, STATUSES } from "../../core/transitions.ts";
import { JobQueue } from "../../library/queue.ts";
import { Worker } from "../../library/worker.ts";
import { escapeLine, escapeText } from "../../output/escape.ts";
import { jsonLine, jsonText } from "../../output/json_lines.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";
import { commandExitCode } from "../outcome.ts";
import { RunProgress } from "../progress/run_progress.ts";
import { Shutdown, shutdownNotice } from "../signals.ts";
import { workerOptions } from "../worker_options.ts";
import { readWorkflowFile } from "../workflow_file.ts";

/** Kinds of jobs that the command line can run. */
const KINDS: readonly string[] = ["command", "module", "http"];

const OPEN = STATUSES.filter((status) => !isFinal(status));

/** Submits a workflow, or goes on with an earlier run of it, and works it to its end. */
export async function runWorkflow(input: Input, io: Io): Promise<number> {
  const settings = workerOptions(input, io);
  const workflow = await readWorkflowFile(input.args[0]!, input, io.now());
  refuseForeign(workflow);
  await using queue = await JobQueue.open(io.db);
  const earlier = input.flag("fresh") ? null : await goOn(workflow, queue, io);
  const id = earlier?.id ?? (await queue.submitResolved(workflow)).id;
  const options = { ...settings, quiet: input.flag("quiet") };
  let code = await work(id, workflow.name, queue, io, options);
  if (code === null && earlier !== null && await reclaim(earlier, queue, io)) {
    code = await work(id, workflow.name, queue, io, options);
  }
  if (code !== null) return code;
  const jobs = await queue.list({ workflow: id });
  await io.out(io.json ? jsonLine(resultsOf(jobs)) : resultText(jobs, io));
  return await exitCode(runStatus(jobs), jobs, queue);
}

/** Functions and custom kinds live in somebody's script: here such a step would wait for ever. */
function refuseForeign({ jobs }: ResolvedWorkflow): void {
  const foreign = jobs.find((job) => !KINDS.includes(job.kind));
  if (foreign === undefined) return;
  const what = foreign.kind === "function"
    ? `the function "${foreign.payload.task}"`
    : `kind "${foreign.kind}"`;
  throw new UsageError(`Step "${foreign.step}" is of ${what}, which only its own script can run`, {
    hint: "Make it a module or a command, or run it with a Worker in the script",
  });
}

/** A run that is continued. */
interface Earlier {
  readonly id: number;
  /** Steps that were running when it was found: their worker may be gone. */
  readonly running: ReadonlySet<number>;
}

/** The latest run of the same workflow with the same parameters, made ready to go on; `null` to start anew. */
async function goOn(workflow: ResolvedWorkflow, queue: JobQueue, io: Io): Promise<Earlier | null> {
  const [run] = workflow.key === null ? [] : await queue.workflows({ key: workflow.key, limit: 1 });
  if (run === undefined) return null;
  const jobs = await queue.list({ workflow: run.id });
  if (jobs.length === 0 || runStatus(jobs) === "completed") return null;
  await queue.retryWorkflow(run.id);
  const kept = jobs.filter((job) => job.status === "completed").length;
  io.err(
    `Continuing run ${run.id} of ${workflow.name}: ${kept} of ${jobs.length} steps are done; --fresh starts anew\n`,
  );
  return {
    id: run.id,
    running: new Set(jobs.filter((job) => job.status === "running").map((job) => job.id)),
  };
}

/** Steps that were lost with the worker of the earlier run count as failed there, and get their turn in this one. */
async function reclaim({ id, running }: Earlier, queue: JobQueue, io: Io): Promise<boolean> {
  const jobs = await queue.list({ workflow: id, statuses: ["failed"] });
  const lost = jobs.filter((job) => job.reason === "lost" && running.has(job.id));
  if (lost.length === 0) return false;
  io.err(
    `Running again what was lost with its worker: ${
      lost.map((job) => escapeLine(job.step ?? "")).join(", ")
    }\n`,
  );
  await queue.retryWorkflow(id);
  return true;
}

/** Works one run until all its steps have ended; resolves to the exit code of an interruption, or `null`. */
async function work(
  id: number,
  name: string,
  queue: JobQueue,
  io: Io,
  { quiet, ...settings }: ReturnType<typeof workerOptions> & { readonly quiet: boolean },
): Promise<number | null> {
  using progress = new RunProgress(`${name} (run ${id})`, queue, id, io, quiet);
  await progress.refresh();
  const worker = new Worker(queue, {
    ...settings,
    workflow: id,
    onEvent: (event) => progress.hear(event),
    // While a step runs here the run is not over: no need to ask.
    isDone: async () => progress.running === 0 && await queue.count({ workflow: id, statuses: OPEN }) === 0,
  });
  using shutdown = new Shutdown((level) => {
    progress.say(shutdownNotice(level, progress.running));
    worker.stop(level);
  });
  await worker.run();
  await progress.end();
  if (shutdown.exitCode === null || await queue.count({ workflow: id, statuses: OPEN }) === 0) return null;
  io.err(`Interrupted; the same command goes on with run ${id}\n`);
  return shutdown.exitCode;
}

function resultsOf(jobs: readonly Job[]): JsonObject {
  return Object.fromEntries(finalSteps(jobs).map((job) => [job.step ?? String(job.id), job.result]));
}

function resultText(jobs: readonly Job[], io: Io): string {
  return Object.entries(resultsOf(jobs)).filter(([, result]) => result !== null)
    .map(([step, result]) => {
      const text = valueText(result);
      const line = text.includes("\n") ? `${step}:\n${text}\n` : `${step}: ${text}\n`;
      return io.outIsTerminal ? escapeText(line) : line;
    }).join("");
}

function valueText(value: Json): string {
  return typeof value === "string" ? value : jsonText(value, 2);
}

async function exitCode(status: RunStatus, jobs: readonly Job[], queue: JobQueue): Promise<number> {
  if (status === "completed") return 0;
  if (status === "cancelled") return 5;
  for (const job of jobs) {
    if (job.status !== "failed" || !FINAL.includes(job.status)) continue;
    const code = commandExitCode(job, await queue.attempts(job.id));
    if (code !== null && code !== 0) return code;
  }
  return 1;
}
