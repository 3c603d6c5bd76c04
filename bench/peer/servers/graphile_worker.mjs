// deno-lint-ignore-file explicit-function-return-type
// graphile-worker as its performance page has it: 24 jobs at once, a local queue, and completions together. The queue holds
// 2,000 jobs instead of 500, which is faster here.
// It deletes a job that has completed: it keeps no history.

/** The task `bench` in a schema of its own. */
export async function open({ load, url, space, makes }) {
  const { Logger, makeWorkerUtils, run: runWorker } = await load("graphile-worker");
  const preset = {
    worker: {
      connectionString: url,
      schema: space,
      concurrentJobs: 24,
      maxPoolSize: 25,
      localQueue: { size: 2_000 },
      completeJobBatchDelay: 0,
      failJobBatchDelay: 0,
      logger: new Logger(() => () => {}),
    },
  };
  const utils = await makeWorkerUtils({ preset });
  if (makes) await utils.migrate();
  const run = (text) => utils.withPgClient((client) => client.query(text));
  return {
    run,
    add: (n) => utils.addJob("bench", { n }),
    async addMany(count) {
      const jobs = Array.from({ length: count }, (_, n) => ({ identifier: "bench", payload: { n } }));
      await utils.addJobs(jobs);
    },
    work: (start) =>
      runWorker({
        preset,
        noHandleSignals: true,
        parsedCronItems: [],
        taskList: { bench: ({ n }) => start(n) },
      }),
    async left() {
      return (await run(`SELECT count(*)::int AS left FROM ${space}._private_jobs`)).rows[0].left;
    },
    drop: () => run(`DROP SCHEMA ${space} CASCADE`),
  };
}
