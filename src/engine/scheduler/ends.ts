/** How the runs of a schedule ended, as their jobs tell. */

import type { Job, Status } from "../../core/job.ts";
import type { OpenFiring, Store } from "../../core/ports.ts";
import type { SeenFiring } from "../../core/schedule/draft.ts";
import { isFinal } from "../../core/transitions.ts";
import { runStatus } from "../../core/workflow/outcome.ts";

/** Characters of what a failure says that a history keeps. */
const WHY_CHARS = 200;

/** Judges the end of each firing; jobs are listed only when they have ended. */
export async function judgeEnds(
  open: readonly OpenFiring[],
  store: Pick<Store, "list">,
): Promise<readonly SeenFiring[]> {
  return await Promise.all(open.map(async ({ jobs, ...firing }) => {
    const end = firing.status === "started" ? await endOf(firing.run, jobs, store) : null;
    if (end === null || end === "gone") return { ...firing, end, endedAt: null };
    const { job, run, startedAt } = firing;
    const ended = await store.list(run === null ? { ids: job === null ? [] : [job] } : { workflow: run });
    return {
      ...firing,
      end,
      endedAt: lastEnd(ended, startedAt ?? 0),
      ...end === "failed" && { why: whyOf(ended) },
    };
  }));
}

/** When the last job ended, which may be long before somebody looks; `null` when they are gone by now. */
function lastEnd(jobs: readonly Job[], startedAt: number): number | null {
  const times = jobs.flatMap(({ finishedAt }) => finishedAt ?? []);
  // Clocks of two hosts may differ.
  return times.length === 0 ? null : times.reduce((last, at) => Math.max(last, at), startedAt);
}

/** What the first failure says: `Exited with code 3`, `step load: Worker box-1-a is gone`. */
function whyOf(jobs: readonly Job[]): string | null {
  const [first] = jobs.filter(({ status }) => status === "failed")
    .toSorted((a, b) => (a.finishedAt ?? 0) - (b.finishedAt ?? 0));
  if (first === undefined) return null;
  const [line = ""] = first.error?.message.trim().split("\n") ?? [];
  const text = line === "" ? first.reason : line.slice(0, WHY_CHARS);
  return text === null || first.step === null ? text : `step ${first.step}: ${text}`;
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
