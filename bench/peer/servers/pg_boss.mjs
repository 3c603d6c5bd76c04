// deno-lint-ignore-file explicit-function-return-type
// pg-boss as its documentation says for throughput: bulk inserts, batches that are fetched again while they come back full,
// two fetchers, and no upkeep meanwhile. Completed jobs stay. Workers hear of new jobs by LISTEN.

/** The queue `bench` in a schema of its own. */
export async function open({ load, url, space, makes }) {
  const { PgBoss } = await load("pg-boss");
  const boss = new PgBoss({
    connectionString: url,
    schema: space,
    supervise: false,
    schedule: false,
    migrate: makes,
    useListenNotify: true,
  });
  boss.on("error", console.error);
  await boss.start();
  if (makes) await boss.createQueue("bench", { policy: "standard", notify: true });
  const run = (text) => boss.getDb().executeSql(text);
  return {
    add: (n) => boss.send("bench", { n }),
    async addMany(count) {
      await boss.insert("bench", Array.from({ length: count }, (_, n) => ({ data: { n } })));
    },
    work: (start) =>
      boss.work(
        "bench",
        { batchSize: 2_000, localConcurrency: 2, burstWhenBatchFull: true, pollingIntervalSeconds: 0.5 },
        (jobs) => {
          for (const job of jobs) start(job.data.n);
          return Promise.resolve();
        },
      ),
    async left() {
      const { rows } = await run(
        `SELECT count(*)::int AS left FROM ${space}.job WHERE name = 'bench' AND state < 'completed'`,
      );
      return rows[0].left;
    },
    drop: () => run(`DROP SCHEMA ${space} CASCADE`),
  };
}
