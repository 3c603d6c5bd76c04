/** The one check at the end of every crash test: store, history and ledger must agree. */

import { DatabaseSync } from "node:sqlite";
import { assertEquals } from "@std/assert";
import type { Attempt, AttemptOutcome, Job, Status } from "../../src/core/job.ts";
import { isLegal } from "../../src/core/transitions.ts";
import { openStore } from "../../src/store/open.ts";
import { isFile } from "./backends.ts";
import { type Entry, readLedger } from "./ledger.ts";

export interface Expected {
  /** How every job must stand; default `completed`. `any`: final or pending, but not running. */
  readonly statuses?: "completed" | "any";
  /** Whether jobs may be there whose submit nobody acknowledged: somebody was killed while submitting. */
  readonly unacknowledged?: boolean;
  /** Whether the body of an old attempt may go on beside the next one: its worker was only stopped. */
  readonly overlap?: boolean;
}

/** What a case came to. */
export interface Figures extends Record<string, number> {
  readonly jobs: number;
  readonly attempts: number;
  readonly lostAttempts: number;
  readonly refused: number;
  /** Acknowledged jobs that are not there. */
  readonly lost: number;
  /** Jobs with more than one accepted completion. */
  readonly doubled: number;
}

/** An end of an attempt, and where it may leave the job. */
const AFTER: Readonly<Record<string, readonly Status[]>> = {
  running: ["running"],
  completed: ["completed"],
  ignored: ["completed"],
  cancelled: ["cancelled"],
  released: ["ready"],
  snoozed: ["scheduled", "ready"],
};
const AFTER_FAILURE: readonly Status[] = ["scheduled", "ready", "failed"];
/** So many complaints are shown. */
const MAX_SHOWN = 20;

/** Fails unless everything agrees. All processes of the test must have ended. */
export async function audit(db: string, ledger: string, expected: Expected = {}): Promise<Figures> {
  const { problems, figures } = await inspect(db, ledger, expected);
  assertEquals(problems.slice(0, MAX_SHOWN), [], `${problems.length} contradictions`);
  return figures;
}

/** The same as a list of contradictions. */
export async function inspect(
  db: string,
  ledger: string,
  expected: Expected = {},
): Promise<{ readonly problems: readonly string[]; readonly figures: Figures }> {
  const entries = await readLedger(ledger);
  const histories = await readHistories(db);
  const jobs = new Set(histories.map(({ job }) => job.id));
  const submitted = new Set(of(entries, "submitted").map(({ id }) => id));
  const accepted = Map.groupBy(of(entries, "accepted"), ({ id }) => id);
  const lost = [...submitted].filter((id) => !jobs.has(id));
  const doubled = [...accepted].filter(([, times]) => times.length > 1);
  const problems = [
    ...isFile(db) ? integrity(db) : [],
    ...lost.map((id) => `job ${id} was acknowledged and is not there`),
    ...doubled.map(([id, times]) => `job ${id}: ${times.length} completions were accepted`),
    ...(expected.unacknowledged ? [] : [...jobs].filter((id) => !submitted.has(id))
      .map((id) => `job ${id} is there and nobody submitted it`)),
    ...(expected.overlap ? [] : overlaps(entries)),
    ...histories.flatMap((history) => statusProblems(history, expected)),
    ...histories.flatMap(historyProblems),
    ...completionProblems(histories, entries),
  ];
  const attempts = histories.flatMap((history) => history.attempts);
  return {
    problems,
    figures: {
      jobs: jobs.size,
      attempts: attempts.length,
      lostAttempts: attempts.filter(({ outcome }) => outcome === "lost").length,
      refused: of(entries, "refused").length,
      lost: lost.length,
      doubled: doubled.length,
    },
  };
}

interface History {
  readonly job: Job;
  readonly attempts: readonly Attempt[];
}

function of(entries: readonly Entry[], word: Entry["word"]): readonly Entry[] {
  return entries.filter((entry) => entry.word === word);
}

function integrity(path: string): readonly string[] {
  using db = new DatabaseSync(path);
  const rows = db.prepare("PRAGMA integrity_check").all() as { integrity_check: string }[];
  return rows.map((row) => row.integrity_check).filter((text) => text !== "ok");
}

async function readHistories(db: string): Promise<readonly History[]> {
  const { store } = await openStore(db, { driver: "builtin" });
  try {
    const histories: History[] = [];
    for (const job of await store.list({})) histories.push({ job, attempts: await store.attempts(job.id) });
    return histories;
  } finally {
    await store.close();
  }
}

function statusProblems({ job }: History, { statuses = "completed" }: Expected): readonly string[] {
  const wrong = statuses === "any" ? job.status === "running" : job.status !== "completed";
  return wrong ? [`job ${job.id} is ${job.status}`] : [];
}

/** Attempts without gaps, and from each to the next only moves that the table allows. */
function historyProblems({ job, attempts }: History): readonly string[] {
  const problems: string[] = [];
  const complain = (text: string): void => void problems.push(`job ${job.id}: ${text}`);
  if (job.attempt !== attempts.length) complain(`attempt ${job.attempt}, and ${attempts.length} recorded`);
  const failures = attempts.filter(({ outcome }) => isFailure(outcome)).length;
  if (job.failures !== failures) complain(`${job.failures} failures, and ${failures} recorded`);
  let status: Status = "ready";
  attempts.forEach(({ number, outcome }, i) => {
    if (number !== i + 1) complain(`attempt ${number} stands in place ${i + 1}`);
    if (status === "scheduled") status = "ready";
    if (!isLegal(status, "running")) complain(`attempt ${number} started from ${status}`);
    const ends = AFTER[outcome] ?? AFTER_FAILURE;
    status = i === attempts.length - 1 ? job.status : ends[0]!;
    // A job that waits for its retry becomes ready with time alone.
    const last = status === "ready" && ends.includes("scheduled") ? "scheduled" : status;
    if (!ends.includes(last) || (outcome !== "running" && !isLegal("running", last))) {
      complain(`${outcome} left it ${status}`);
    }
  });
  return problems;
}

function isFailure(outcome: AttemptOutcome): boolean {
  return AFTER[outcome] === undefined;
}

/** What completed a job is its last attempt, which did its work first; its result is its number. */
function completionProblems(histories: readonly History[], entries: readonly Entry[]): readonly string[] {
  const done = new Set(of(entries, "done").map(({ id, attempt }) => `${id} ${attempt}`));
  const accepted = new Map(of(entries, "accepted").map(({ id, attempt }) => [id, attempt]));
  return histories.flatMap(({ job, attempts }) => {
    const { id, attempt, status, result } = job;
    const told = accepted.get(id);
    if (status !== "completed") return told === undefined ? [] : [`job ${id}: accepted, and it is ${status}`];
    return [
      ...(attempts.at(-1)?.outcome === "completed"
        ? []
        : [`job ${id}: its last attempt did not complete it`]),
      ...(done.has(`${id} ${attempt}`) ? [] : [`job ${id}: attempt ${attempt} did not do the work`]),
      ...(String(result) === String(attempt)
        ? []
        : [`job ${id}: attempt ${attempt} has the result ${result}`]),
      ...(told === undefined || told === attempt
        ? []
        : [`job ${id}: attempt ${told} was accepted while attempt ${attempt} held it`]),
    ];
  });
}

/** Work that was done by an attempt after the next one had begun. */
function overlaps(entries: readonly Entry[]): readonly string[] {
  const latest = new Map<number, number>();
  return entries.flatMap(({ word, id, attempt }) => {
    if (word !== "begin" && word !== "done") return [];
    const begun = latest.get(id) ?? 0;
    if (word === "begin") latest.set(id, Math.max(begun, attempt));
    return attempt < begun ? [`job ${id}: attempt ${attempt} worked on beside attempt ${begun}`] : [];
  });
}
