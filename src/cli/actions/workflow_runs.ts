/** What `gigq workflow list` and `gigq workflow status` do. */

import type { Job, Status } from "../../core/job.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import type { WorkflowRun } from "../../core/ports.ts";
import { formatMaxFails } from "../../core/max_fails.ts";
import { isFinal, STATUSES } from "../../core/transitions.ts";
import { type RunStatus, runStatus } from "../../core/workflow/outcome.ts";
import { formatDuration } from "../../core/duration.ts";
import type { JobQueue } from "../../library/queue.ts";
import { statusStyle } from "../../output/color.ts";
import { escapeLine } from "../../output/escape.ts";
import { jsonLine, jsonLines } from "../../output/json_lines.ts";
import { type Cell, type Column, renderTable } from "../../output/table.ts";
import { isoTime, localTime, relativeTime } from "../../output/time.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";
import { haltText } from "../max_fails_option.ts";
import { jobBody, triesText } from "../job_title.ts";
import { openExisting } from "../open_queue.ts";
import { findWorkflow } from "../selectors.ts";
import { jobShape } from "../shapes.ts";

/** Runs shown on a terminal unless `--limit` says otherwise. */
const SCREENFUL = 50;

/** A run and how it stands. */
interface Row {
  readonly run: WorkflowRun;
  readonly status: RunStatus;
}

/** Prints runs, newest first. */
export async function listRuns(input: Input, io: Io): Promise<number> {
  await using queue = await openExisting(io);
  const limit = input.number("limit") ?? (io.outIsTerminal && !io.json ? SCREENFUL : undefined);
  const name = input.string("name");
  const runs = await queue.workflows({
    ...name !== undefined && { name },
    ...limit !== undefined && { limit },
    ...!input.flag("all") && { type: "workflow" },
  });
  const rows: Row[] = [];
  for (const run of runs) rows.push({ run, status: await statusOf(run, queue) });
  await io.out(io.json ? jsonLines(rows.map(runShape)) : runTable(rows, input.flag("all"), io));
  if (rows.length === 0 && io.errIsTerminal) io.err("There are no workflow runs\n");
  return 0;
}

/** Counts tell most; only a failure needs a look at the steps, since another step may have taken it up. */
async function statusOf(run: WorkflowRun, queue: JobQueue): Promise<RunStatus> {
  if (STATUSES.some((status) => !isFinal(status) && (run.counts[status] ?? 0) > 0)) return "running";
  if ((run.counts.failed ?? 0) > 0) return runStatus(await queue.list({ workflow: run.id }));
  return (run.counts.cancelled ?? 0) > 0 ? "cancelled" : "completed";
}

function runTable(rows: readonly Row[], all: boolean, io: Io): string {
  const columns: readonly Column[] = [
    { title: "RUN", align: "right" },
    { title: "STATUS" },
    ...all ? [{ title: "TYPE" }] : [],
    { title: "NAME", min: 12 },
    { title: "STEPS", min: 24 },
    { title: "PARAMS", min: 10, optional: true },
    { title: "CREATED" },
  ];
  const cells = rows.map(({ run, status }): Cell[] => [
    String(run.id),
    { text: run.haltedAt === null ? status : `${status} (halted)`, style: statusStyle(status) },
    ...all ? [run.type] : [],
    run.name,
    countsText(run),
    paramsText(run.params),
    relativeTime(run.createdAt, io.now()),
  ]);
  return renderTable(columns, cells, { width: io.columns, color: io.color });
}

/** `4 completed, 1 failed`. */
function countsText({ counts }: WorkflowRun): string {
  return STATUSES.filter((status) => (counts[status] ?? 0) > 0).map((status) => `${counts[status]} ${status}`)
    .join(", ");
}

function paramsText(params: JsonObject): string {
  return Object.entries(params).map(([key, value]) =>
    `${key}=${typeof value === "string" ? value : JSON.stringify(value)}`
  ).join(" ");
}

function runShape({ run, status }: Row): JsonObject {
  const { id, name, type, key, params, source, createdAt, haltedAt, counts } = run;
  const maxFails = run.maxFails === null ? null : formatMaxFails(run.maxFails);
  return {
    ...{ id, name, type, status, key, params, source, maxFails },
    createdAt: isoTime(createdAt),
    haltedAt: isoTime(haltedAt),
    counts: { ...counts } as Json,
  };
}

/** Prints one run and its steps. */
export async function showRun(input: Input, io: Io): Promise<number> {
  await using queue = await openExisting(io);
  const id = await findWorkflow(input.args[0]!, queue);
  const [run] = await queue.workflows({ id });
  const jobs = await queue.list({ workflow: id });
  const row = { run: run!, status: runStatus(jobs) };
  if (io.json) {
    await io.out(jsonLine({ ...runShape(row), steps: jobs.map(jobShape) }));
    return 0;
  }
  const params = paramsText(run!.params);
  const halt = haltText(run!);
  await io.out([
    `Run ${id} of ${escapeLine(run!.name)}: ${row.status}`,
    ...halt === null ? [] : [`Halted ${relativeTime(run!.haltedAt!, io.now())}: ${halt}`],
    `Created ${localTime(run!.createdAt)}${params === "" ? "" : `, ${escapeLine(params)}`}`,
    "",
    stepTable(jobs, io),
  ].join("\n"));
  return 0;
}

function stepTable(jobs: readonly Job[], io: Io): string {
  const columns = [
    { title: "JOB", align: "right" },
    { title: "STEP", min: 10 },
    { title: "STATUS" },
    { title: "TIME", align: "right" },
    { title: "TRIES", align: "right" },
    { title: "WHAT", min: 12 },
  ] as const;
  const rows = jobs.map((job): Cell[] => [
    String(job.id),
    job.step ?? job.name ?? "",
    { text: statusText(job), style: statusStyle(job.status) },
    timeText(job, io.now()),
    triesText(job),
    job.error === null || job.status === "completed"
      ? jobBody(job)
      : `${job.error.class}: ${job.error.message}`,
  ]);
  return renderTable(columns, rows, { width: io.columns, color: io.color });
}

function statusText({ status, reason }: { status: Status; reason: string | null }): string {
  return reason === null ? status : `${status} (${reason})`;
}

function timeText({ status, startedAt, finishedAt }: Job, nowMs: number): string {
  if (startedAt === null || status === "skipped") return ""; // skipped after a retry: the start is of a run before
  if (status === "running") return formatDuration(Math.max(0, nowMs - startedAt));
  return finishedAt === null ? "" : formatDuration(Math.max(0, finishedAt - startedAt));
}
