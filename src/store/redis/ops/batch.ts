/** Jobs as a script is given them, and what it says of them. */

import { NotFoundError } from "../../../core/errors.ts";
import type { NewJob } from "../../../core/job.ts";
import type { Enqueued, NewWorkflow } from "../../../core/ports.ts";
import { type Frame, hasSameFrame, toFrame } from "./frame.ts";
import { type NewRun, toRun } from "./run.ts";

/** A batch beside its payloads. */
export interface BatchControl {
  readonly frames: readonly Frame[];
  /** By frame, how many jobs in a row have it. */
  readonly runs: readonly (readonly [frame: number, count: number])[];
  /** The run that the jobs join, or a new one. */
  readonly run?: string | NewRun;
}

/** What a batch names and there is not. */
interface Missing {
  readonly missing: { readonly job?: string; readonly run?: string };
}

/** What became of a batch. */
export type Stored =
  | { readonly workflow: number | null; readonly first: number; readonly count: number }
  /** Those that were there already are negative. */
  | { readonly workflow: number | null; readonly ids: readonly number[] };

/** @throws {NotFoundError} When a job depends on one that is not before it */
export function toBatch(jobs: readonly NewJob[], workflow?: NewWorkflow | number | null): BatchControl {
  checkIndexes(jobs);
  const frames: Frame[] = [];
  const runs: [number, number][] = [];
  for (const [at, job] of jobs.entries()) {
    if (at > 0 && hasSameFrame(jobs[at - 1]!, job)) runs.at(-1)![1]++;
    else runs.push([frames.push(toFrame(job)) - 1, 1]);
  }
  return { frames, runs, ...(workflow === undefined || workflow === null ? {} : { run: toRun(workflow) }) };
}

/** A payload a job, as JSON. */
export function toPayloads(jobs: readonly NewJob[]): readonly string[] {
  return jobs.map((job) => JSON.stringify(job.payload));
}

/** @throws {NotFoundError} When the batch named something that does not exist */
export function toStored(text: string): Stored {
  const answer = JSON.parse(text) as Stored | Missing;
  if ("missing" in answer) throw notFound(answer);
  return answer;
}

export function toEnqueued(answer: Stored): Enqueued[] {
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

function notFound({ missing: { job, run } }: Missing): NotFoundError {
  return run === undefined
    ? new NotFoundError(`Job ${job} does not exist, so nothing can wait for it`, {
      hint: "gigq list shows the jobs there are",
    })
    : new NotFoundError(`There is no workflow run ${run} to join`, {
      hint: "gigq workflow list shows the runs there are",
    });
}
