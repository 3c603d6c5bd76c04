/** Every limit of GigQ, in one place. Units stand in the names; each has a test and a clear error. */
export const BOUNDS = {
  /** Params and results: bytes of JSON. */
  jsonBytes: 1_000_000,
  /** Levels of nesting in any JSON value. */
  jsonDepth: 64,
  /** Output kept for one attempt; beyond it the middle is cut. */
  logBytes: 10_000_000,
  /** Characters of a job's name, a queue's name or a tag. */
  nameChars: 128,
  /** Tags on one job. */
  tags: 32,
  /** Steps of one workflow. */
  workflowSteps: 10_000,
  /** HTTP response body kept as a result, before parsing. */
  httpBodyBytes: 1_000_000,
  /** Largest allowed ratio of unpacked to packed bytes when a body is gunzipped. */
  gunzipRatio: 100,
  /** Priorities run from minus this to plus this. */
  priority: 1_000_000,
  /** Jobs one worker runs at once. */
  concurrency: 10_000,
  /** Attempts of one job. */
  attempts: 1_000_000,
  /** Characters of an error message kept in the record of an attempt. */
  errorChars: 10_000,
  /** Steps that one job remembers. */
  checkpointSteps: 1_000,
  /** Waits that a backoff lists. */
  backoffList: 1_000,
  /** Characters of the key of such a step. */
  stepKeyChars: 512,
  /** Longest wait that a server may ask for before the next attempt: one day. */
  retryAfterMs: 86_400_000,
  /** Rules of one job. */
  errorRules: 100,
  /** Characters of a regular expression in a rule. */
  regexChars: 1_000,
  /** Secrets of one job. */
  secrets: 100,
  /** Bytes of one secret. */
  secretBytes: 64_000,
  /** Entries kept of a schedule's history, besides those that are open. */
  firings: 10_000,
  /** Slots of one schedule that may wait for an earlier run. */
  queuedSlots: 10_000,
  /** Queued slots that a look at what is due gives back. */
  queuedShown: 100,
  /** Ends of runs that a schedule remembers for its rate of success. */
  recentRuns: 20,
  /** Bytes of JSON of a schedule's definition, its calendars included. */
  scheduleBytes: 1_000_000,
  /** Slots counted one by one after nobody was there; of more only the latest is looked for. */
  missedSlots: 10_000,
  /** Characters of a phrase, such as `first monday of the month`. */
  phraseChars: 500,
  /** Characters of a time that people type, such as `tomorrow 9am`. */
  timeChars: 100,
  /** Cron patterns that one phrase may need. */
  phraseCrons: 100,
  /** Longest duration accepted anywhere: 100 years. */
  durationMs: 100 * 365 * 86_400_000,
} as const;
