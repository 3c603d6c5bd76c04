/** What `gigq run` does. */

import { UsageError } from "../../core/errors.ts";
import { finalSteps, type RunStatus, runStatus } from "../../core/workflow/outcome.ts";
import type { Job } from "../../core/job.ts";
import type { ResolvedWorkflow } from "../../core/workflow.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import { FINAL, isFinal, STATUSES } from "../../core/transitions.ts";
import type { JobQueue } from "../../library/queue.ts";
import { Worker, type WorkerOptions } from "../../library/worker.ts";
import { escapeText } from "../../output/escape.ts";
import { jsonLine, jsonText } from "../../output/json_lines.ts";
import type { Input } from "../command.ts";
import { otherDefinition, startingAnew } from "../changed_definition.ts";
import { goOn, reclaim } from "../continue_run.ts";
import type { Io } from "../io.ts";
import { haltText, maxFailsOption } from "../max_fails_option.ts";
import { openServer, openToWork } from "../open_queue.ts";
import { commandExitCode } from "../outcome.ts";
import { RunProgress } from "../progress/run_progress.ts";
import { Shutdown, shutdownNotice } from "../signals.ts";
import { waitingGiveUpAfter, workerOptions } from "../worker_options.ts";
import { readWorkflowFile } from "../workflow_file.ts";

/** Kinds of jobs that the command line can run. */
const KINDS: readonly string[] = ["command", "module", "http"];

const OPEN = STATUSES.filter((status) => !isFinal(status));

/** Submits a workflow, or goes on with an earlier run of it, and works it to its end. */
export async function runWorkflow(input: Input, io: Io): Promise<number> {
  const settings = workerOptions(input, io);
  const path = input.args[0]!;
  const quiet = input.flag("quiet");
  const maxFails = maxFailsOption(input);
  await using server = await openServer(io, openToWork);
  const read = await readWorkflowFile(path, input, io);
  refuseForeign(read);
  const workflow = maxFails === undefined ? read : { ...read, maxFails };
  await using queue = server ?? await openToWork(io);
  const giveUpAfter = waitingGiveUpAfter(input, io);
  const fresh = input.flag("fresh");
  const earlier = fresh ? null : await goOn(workflow, queue, io, quiet);
  const other = fresh || earlier !== null ? null : await otherDefinition(workflow, queue);
  const id = earlier?.id ?? (await queue.submitResolved(workflow)).id;
  if (other !== null) io.err(startingAnew(other, path, id));
  const options = { ...settings, giveUpAfter, quiet };
  let code = await work(id, workflow.name, queue, io, options);
  if (code === null && earlier !== null && await reclaim(earlier, queue, io)) {
    code = await work(id, workflow.name, queue, io, options);
  }
  if (code !== null) return code;
  const asked = queue.patient(giveUpAfter);
  const jobs = await asked.list({ workflow: id });
  await tellHalt(id, asked, io);
  await io.out(io.json ? jsonLine(resultsOf(jobs)) : resultText(jobs, io));
  return await exitCode(runStatus(jobs), jobs, asked);
}

async function tellHalt(id: number, queue: JobQueue, io: Io): Promise<void> {
  const [run] = await queue.workflows({ id });
  const halt = run === undefined ? null : haltText(run);
  if (halt !== null) io.err(`Run ${id} was halted: ${halt}; the same command goes on from there\n`);
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

/** Works one run until all its steps have ended; resolves to the exit code of an interruption, or `null`. */
async function work(
  id: number,
  name: string,
  queue: JobQueue,
  io: Io,
  { quiet, ...settings }: WorkerOptions & { readonly giveUpAfter: number; readonly quiet: boolean },
): Promise<number | null> {
  const asked = queue.patient(settings.giveUpAfter);
  const isOver = async (): Promise<boolean> => await asked.count({ workflow: id, statuses: OPEN }) === 0;
  using progress = new RunProgress(`${name} (run ${id})`, asked, id, io, quiet);
  await progress.refresh();
  const worker = new Worker(queue, {
    ...settings,
    workflow: id,
    onEvent: (event) => progress.hear(event),
    // While a step runs here the run is not over: no need to ask.
    isDone: async () => progress.running === 0 && await isOver(),
  });
  using shutdown = new Shutdown((level) => {
    progress.say(shutdownNotice(level, progress.running));
    worker.stop(level);
  });
  await worker.run();
  await progress.end();
  if (shutdown.exitCode === null || await isOver()) return null;
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
