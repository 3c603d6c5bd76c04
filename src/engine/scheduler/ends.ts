/** How the runs of a schedule ended, as their jobs tell. */

import type { Status } from "../../core/job.ts";
import type { OpenFiring, Store } from "../../core/ports.ts";
import type { SeenFiring } from "../../core/schedule/plan.ts";
import { isFinal } from "../../core/transitions.ts";
import { runStatus } from "../../core/workflow/outcome.ts";

/** Judges the end of each firing; jobs are listed only when they have ended. */
export async function judgeEnds(
  open: readonly OpenFiring[],
  store: Pick<Store, "list">,
): Promise<readonly SeenFiring[]> {
  return await Promise.all(open.map(async ({ jobs, ...firing }) => {
    const end = firing.status === "started" ? await endOf(firing.run, jobs, store) : null;
    return { ...firing, end, endedAt: end === null || end === "gone" ? null : await endedAt(firing, store) };
  }));
}

/** When the last of its jobs ended, which may be long before somebody looks; `null` when they are gone by now. */
async function endedAt(
  { job, run, startedAt }: Pick<OpenFiring, "job" | "run" | "startedAt">,
  store: Pick<Store, "list">,
): Promise<number | null> {
  const jobs = await store.list(run === null ? { ids: job === null ? [] : [job] } : { workflow: run });
  const times = jobs.flatMap(({ finishedAt }) => finishedAt ?? []);
  // Clocks of two hosts may differ.
  return times.length === 0 ? null : times.reduce((last, at) => Math.max(last, at), startedAt ?? 0);
}

async function endOf(
  run: number | null,
  jobs: OpenFiring["jobs"],
  store: Pick<Store, "list">,
): Promise<SeenFiring["end"]> {
  const statuses = Object.keys(jobs) as Status[];
  if (statuses.length === 0) return "gone";
  if (!statuses.every(isFinal)) return null;
  if (run === null) return jobs.failed ? "failed" : jobs.completed ? "completed" : "cancelled";
  if (!jobs.failed) return jobs.cancelled ? "cancelled" : "completed";
  const stored = await store.list({ workflow: run });
  if (stored.length === 0) return "gone";
  const status = runStatus(stored);
  // Somebody requeued a step in between.
  return status === "running" ? null : status;
}
