/**
 * The layout: every key there is, and what it holds. All keys begin with one prefix that contains a hash tag, so that a
 * cluster keeps a store in one place and a script reaches all of it.
 *
 * JSON of users is kept as the text it came as; no script reads it. Times are whole milliseconds. A time, flag or
 * number that is not there is an absent field, never an empty one.
 *
 * | key | type | content |
 * |---|---|---|
 * | `:meta` | hash | `id` and `schema` (who the store is), `state` (a `StoreState` as JSON), `job`, `run`, `cause`, `lane`, `policy`, `schedule` (the last ids given away), `server` (the run of it that was met last: see `server_run.ts`), `history` and `retain` (how many final jobs are kept and for how many ms; absent: all), `indexed` (`1` once `:ended` is complete) |
 * | `:job:<id>` | hash | {@linkcode JOB}: small, so that it stays a compact list |
 * | `:payload:<id>` | string | JSON |
 * | `:result:<id>` `:error:<id>` `:progress:<id>` | string | JSON; absent for null |
 * | `:attempts:<id>` | string | attempts that ended, one {@linkcode AttemptRecord} a line, each line ended by `\n` |
 * | `:saved:<id>` | hash | a checkpoint: `value`, `attempt`, `at`, and `s:<key>` for each step; JSON |
 * | `:log:<id>` | zset | {@linkcode logScore} → `<stream>:<attempt>:<seq>:<at>:<bytes>`, stream 0 stdout, 1 stderr, 2 log |
 * | `:kids:<id>` | hash | child → the rules of its edges from this job, a letter each: `s` success, `f` failure, `x` finished |
 * | `:canaries:<id>` | set | canaries that this held job waits for |
 * | `:holds:<id>` | set | jobs that this canary holds |
 * | `:pages` | zset | numbers of the pages of ids in use, each its own score |
 * | `:ids:<page>` | bitmap | which jobs there are: {@linkcode PAGE} ids a page, the lowest first |
 * | `:status:<code>` | zset | blocked (0), failed (5), cancelled (6) and skipped (7) jobs: id, scored by itself |
 * | `:ready:<lane>` | zset | −priority → {@linkcode member}: the best first |
 * | `:later:<lane>:<0 or 1>` | zset | time → id of scheduled jobs; 1 for those with an attempt behind them |
 * | `:due` | zset | time → `<lane>:<0 or 1>`: a bound below the earliest time in that set |
 * | `:running` | zset | end of the lease → id |
 * | `:startby` | zset | time → id of jobs that expire |
 * | `:ended` | zset | time → id of final jobs: when each ended, or was last found to be needed by an unfinished one; kept only where `:meta` has `history` or `retain` |
 * | `:dead` | zset | dead letters: id, scored by itself |
 * | `:names` `:tags` | zset | 0 → `<name>\0<member>`, in the order of the bytes |
 * | `:keys` | hash | unique key → the latest job with it |
 * | `:counts` | hash | `<status>` and `<lane>:<status>` → how many jobs |
 * | `:lanes` | hash | JSON `[queue, route, kind]` → lane |
 * | `:lane:<lane>` | hash | `queue`, `route`, `kind` |
 * | `:route:<route>` | hash | lane → queue |
 * | `:paused` | set | queues that hand out nothing |
 * | `:policies` `:policyids` | hash | policy → JSON, and back |
 * | `:workers` | hash | worker → `WorkerInfo` as JSON |
 * | `:host:<host>` | set | its workers |
 * | `:runs` | zset | runs: id, scored by itself |
 * | `:run:<run>` | hash | {@linkcode RUN} |
 * | `:run:<run>:jobs` | list | its jobs by rising id, those removed since included |
 * | `:run:<run>:ready` | zset | as `:ready:<lane>` |
 * | `:run:<run>:later:<0 or 1>` | zset | as `:later` |
 * | `:runkey:<key>` `:runname:<name>` | list | runs by rising id |
 * | `:causes` | zset | time seen last → cause |
 * | `:causeids` | hash | fingerprint → cause |
 * | `:cause:<cause>` | hash | `fingerprint`, `class`, `message`, `count`, `firstAt`, `lastAt`, `job`, `attempt`, `failed` (jobs that stand failed of it), `mutedUntil` (-1: for ever) |
 * | `:cause:<cause>:jobs` | set | jobs whose latest error is of it |
 * | `:schedules` | hash | name of a schedule → its id |
 * | `:schedule:<id>` | hash | {@linkcode SCHEDULE} |
 * | `:nextslots` | zset | time → id of the schedule that is due then; one that is never due has no entry |
 * | `:firings:<id>` | zset | slot → what became of it (see `entry.ts`): the history of a schedule |
 * | `:started:<id>` `:queued:<id>` | zset | those of its slots that are open: slot, scored by itself |
 * | `:open` | set | schedules with an open slot |
 * | `:done:<request>` | string | the answer to a call that may come again; expires after five minutes |
 * | `:full` | – | never there: see `evenWhenFull` in `scripts/lib/base.ts` |
 * | `:news` | stream | one entry, renewed by every change |
 */
export class Keys {
  /** @param prefix Contains a hash tag, such as `{gigq}` */
  constructor(readonly prefix: string) {}

  /** The key of something there is once, or of one of many by its id. */
  of(noun: string, id?: number | string): string {
    return id === undefined ? `${this.prefix}:${noun}` : `${this.prefix}:${noun}:${id}`;
  }
}

/** Fields of `:job:<id>`: a letter each, since there are as many as there are jobs. */
export const JOB = {
  /** Code of the status: its place in `STATUSES`. */
  status: "s",
  lane: "l",
  priority: "p",
  policy: "t",
  createdAt: "c",
  dueAt: "d",
  /** Absent for 0. */
  attempt: "n",
  /** Absent for 0. */
  failures: "f",
  /** Open dependencies and canaries; absent for 0. */
  waitingOn: "m",
  startedAt: "b",
  firstStartedAt: "a",
  finishedAt: "e",
  reason: "r",
  /** Id of the worker. */
  worker: "w",
  /** JSON of a `ProcessInfo`; means something only while running. */
  process: "o",
  cause: "g",
  /** `1`: a dead letter. */
  dead: "z",
  /** `1`: it was running when somebody cancelled it. */
  cancelRequested: "x",
  /** Run it belongs to. */
  workflow: "v",
  step: "S",
  name: "N",
  /** JSON of an array; absent for none. */
  tags: "T",
  runAt: "R",
  expiresAt: "E",
  /** When it fails as expired unless it has started. */
  startBy: "y",
  /** Its edges in order: `12s 13f`, see `:kids`. */
  dependencies: "u",
  uniqueKey: "i",
  /** `-1` while unfinished, `-2` always, else milliseconds. */
  uniqueScope: "j",
  /** `1`: there is `:saved`. */
  saved: "k",
  /** `1`: there may be `:kids`. */
  hasKids: "K",
  /** `1`: there may be `:holds`: it is a canary. */
  isCanary: "H",
  /** The reason for which it had failed before it was held by canaries; there are `:canaries`. */
  heldReason: "h",
} as const;

/** Fields of `:run:<run>`; absent for null. Its jobs by status stand in `c0` to `c7`. */
export const RUN = {
  name: "name",
  key: "key",
  /** JSON. */
  params: "params",
  createdAt: "createdAt",
  source: "source",
  type: "type",
  maxFails: "maxFails",
  maxFailsPercent: "maxFailsPercent",
  haltedAt: "haltedAt",
} as const;

/** Fields of `:schedule:<id>`. */
export const SCHEDULE = {
  name: "name",
  version: "version",
  createdAt: "createdAt",
  /** JSON. */
  definition: "definition",
  /** JSON. */
  state: "state",
} as const;

/**
 * One line of `:attempts`: number, worker, outcome, startedAt, finishedAt, waitMs, then wallMs, cpuMs, maxRssBytes,
 * exitCode, signal, error, decision, as a JSON array that ends where nothing but nulls would follow.
 */
export type AttemptRecord = readonly unknown[];

/** Ids in one page of `:ids`: 4 KB. */
export const PAGE = 32_768;

/** Sorts as text the way ids do as numbers: a letter for the number of digits, then the digits. */
export function member(id: number): string {
  const digits = String(id);
  return String.fromCharCode(96 + digits.length) + digits;
}

/** Attempts up to 2^21 and chunks up to 2^32 each; a later attempt has a higher score. */
export function logScore(attempt: number, seq: number): number {
  return attempt * LOG_ATTEMPT + seq;
}

export const LOG_ATTEMPT = 2 ** 32;
