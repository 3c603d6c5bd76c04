// deno-lint-ignore-file explicit-function-return-type
// BullMQ with many jobs at once in each worker, and completed jobs kept.

/** The queue `bench` under a prefix of its own. */
export async function open({ load, url, space }) {
  const { Queue, Worker } = await load("bullmq");
  const { hostname, port } = new URL(url);
  const connection = { host: hostname, port: Number(port || 6379), maxRetriesPerRequest: null };
  const queue = new Queue("bench", { connection, prefix: space });
  await queue.waitUntilReady();
  return {
    add: (n) => queue.add("bench", { n }),
    async addMany(count) {
      await queue.addBulk(Array.from({ length: count }, (_, n) => ({ name: "bench", data: { n } })));
    },
    async work(start) {
      const worker = new Worker("bench", (job) => Promise.resolve(start(job.data.n)), {
        connection,
        prefix: space,
        concurrency: 300,
      });
      worker.on("error", console.error);
      await worker.waitUntilReady();
    },
    async left() {
      const counts = await queue.getJobCounts("waiting", "active", "prioritized", "delayed");
      return Object.values(counts).reduce((sum, count) => sum + count, 0);
    },
    drop: () => queue.obliterate({ force: true, count: 100_000 }),
  };
}
