/** Stores jobs. */

import { NotFoundError } from "../../../core/errors.ts";
import type { NewJob } from "../../../core/job.ts";
import type { Enqueued, NewWorkflow } from "../../../core/ports.ts";
import { requestId } from "../request.ts";
import type { Redis } from "../script.ts";
import { ENQUEUE_SCRIPT } from "../scripts/enqueue.ts";
import { type Frame, hasSameFrame, toFrame } from "./frame.ts";
import { type NewRun, toRun } from "./run.ts";
import { ms, safeJson } from "./text.ts";

export interface Batch {
  readonly jobs: readonly NewJob[];
  readonly workflow?: NewWorkflow | number;
}

/** What the script is told beside the payloads. */
interface Control {
  readonly now: string;
  readonly request: string;
  readonly frames: readonly Frame[];
  /** By frame, how many jobs in a row have it. */
  readonly runs: readonly (readonly [frame: number, count: number])[];
  /** The run that the jobs join, or a new one. */
  readonly run?: string | NewRun;
}

type Answer =
  | { readonly missing: { readonly job?: string; readonly run?: string } }
  | { readonly workflow: number | null; readonly first: number; readonly count: number }
  /** Those that were there already are negative. */
  | { readonly workflow: number | null; readonly ids: readonly number[] };

/** @throws {NotFoundError} When a dependency names a job, or the batch a run, that does not exist */
export async function enqueue(
  redis: Redis,
  { jobs, workflow }: Batch,
  now: number,
): Promise<{ readonly jobs: readonly Enqueued[]; readonly workflow: number | null }> {
  checkIndexes(jobs);
  const { frames, runs } = framesOf(jobs);
  const control: Control = {
    now: ms(now),
    request: requestId(),
    frames,
    runs,
    ...(workflow === undefined ? {} : { run: toRun(workflow) }),
  };
  const payloads = jobs.map((job) => JSON.stringify(job.payload));
  const answer = JSON.parse(await redis.script(ENQUEUE_SCRIPT, safeJson(control), ...payloads)) as Answer;
  if ("missing" in answer) throw notFound(answer.missing);
  return { jobs: enqueuedOf(answer), workflow: answer.workflow };
}

function enqueuedOf(answer: Exclude<Answer, { readonly missing: unknown }>): Enqueued[] {
  if ("ids" in answer) return answer.ids.map((id) => ({ id: Math.abs(id), created: id > 0 }));
  return Array.from({ length: answer.count }, (_, at) => ({ id: answer.first + at, created: true }));
}

function checkIndexes(jobs: readonly NewJob[]): void {
  for (const [at, job] of jobs.entries()) {
    for (const edge of job.after) {
      if ("index" in edge && !(edge.index >= 0 && edge.index < at)) {
        throw new NotFoundError(
          `Job ${at} of the batch depends on job ${edge.index}, which is not before it`,
        );
      }
    }
  }
}

function framesOf(jobs: readonly NewJob[]): Pick<Control, "frames" | "runs"> {
  const frames: Frame[] = [];
  const runs: [number, number][] = [];
  for (const [at, job] of jobs.entries()) {
    if (at > 0 && hasSameFrame(jobs[at - 1]!, job)) runs.at(-1)![1]++;
    else runs.push([frames.push(toFrame(job)) - 1, 1]);
  }
  return { frames, runs };
}

function notFound({ job, run }: { readonly job?: string; readonly run?: string }): NotFoundError {
  return run === undefined
    ? new NotFoundError(`Job ${job} does not exist, so nothing can wait for it`, {
      hint: "gigq list shows the jobs there are",
    })
    : new NotFoundError(`There is no workflow run ${run} to join`, {
      hint: "gigq workflow list shows the runs there are",
    });
}
