// deno-lint-ignore-file explicit-function-return-type require-await
// Does with plainjob what `bench/measures/` does with GigQ: `plainjob.mjs FOLDER MEASURE SIZE` prints figures as JSON.
// Settings are those of plainjob's own benchmark: WAL and synchronous=NORMAL, which it sets itself, and a quiet logger.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const [, , folder, measure, sizeText] = process.argv;
const size = Number(sizeText);
const resolve = createRequire(join(folder, "package.json"));
const { better, defineQueue, defineWorker } = await import(pathToFileURL(resolve.resolve("plainjob")).href);
const Database = resolve("better-sqlite3");

const quiet = { error() {}, warn() {}, info() {}, debug() {} };
const temp = mkdtempSync(join(tmpdir(), "plainjob-bench-"));

function open(name = "bench") {
  return defineQueue({ connection: better(new Database(join(temp, `${name}.db`))), logger: quiet });
}

const numbers = (count) => Array.from({ length: count }, (_, n) => ({ n }));

async function timeMs(work, start = performance.now()) {
  await work();
  return performance.now() - start;
}

/** Runs workers until `count` jobs are done. */
function work(queue, count, body, workers = 1) {
  return new Promise((done) => {
    let left = count;
    const all = Array.from({ length: workers }, () =>
      defineWorker("bench", body, {
        queue,
        logger: quiet,
        pollIntervall: 1,
        onCompleted() {
          if (--left > 0) return;
          for (const worker of all) worker.stop();
          done();
        },
      }));
    for (const worker of all) void worker.start();
  });
}

function claimUs(queue, count) {
  const start = performance.now();
  for (let i = 0; i < count; i++) queue.getAndMarkJobAsProcessing("bench");
  return (performance.now() - start) / count * 1_000;
}

function claimWith(pending) {
  rmSync(join(temp, "claim.db"), { force: true });
  const filled = open("claim");
  for (let at = 0; at < pending; at += 10_000) {
    filled.addMany("bench", numbers(Math.min(10_000, pending - at)));
  }
  filled.close();
  const queue = open("claim");
  claimUs(queue, 100);
  const us = claimUs(queue, 400);
  queue.close();
  return us;
}

const measures = {
  async enqueue_one() {
    const queue = open();
    const ms = await timeMs(() => {
      for (let n = 0; n < size; n++) queue.add("bench", { n });
    });
    return { single: size / ms * 1_000, together: size / ms * 1_000 };
  },
  async enqueue_bulk() {
    const queue = open();
    const ms = await timeMs(() => queue.addMany("bench", numbers(size)));
    return { rate: size / ms * 1_000 };
  },
  async drain() {
    const queue = open();
    queue.addMany("bench", numbers(size));
    const rate = size / await timeMs(() => work(queue, size, async () => {})) * 1_000;
    return { rate, narrow: rate };
  },
  claim() {
    claimWith(1_000);
    const [few, many] = [claimWith(1_000), claimWith(size)];
    return { few, many, growth: many / few };
  },
  // plainjob has no dependencies: each job adds its successor, which is how its users chain.
  async chain() {
    const queue = open();
    const ms = await timeMs(() => {
      queue.add("bench", { n: 1 });
      return work(queue, size, async (job) => {
        const { n } = JSON.parse(job.data);
        if (n < size) queue.add("bench", { n: n + 1 });
      });
    });
    return { rate: size / ms * 1_000 };
  },
  // The first job adds the branches; the last branch to end adds the one that joins them.
  async fan_out() {
    const queue = open();
    let left = size;
    const ms = await timeMs(() => {
      queue.add("bench", { n: -1 });
      return work(queue, size + 2, async (job) => {
        const { n } = JSON.parse(job.data);
        if (n === -1) queue.addMany("bench", numbers(size));
        else if (n !== -2 && --left === 0) queue.add("bench", { n: -2 });
      });
    });
    return { rate: size / ms * 1_000 };
  },
  async start_up() {
    const script = fileURLToPath(new URL("plainjob_submit.mjs", import.meta.url));
    const times = [];
    for (let i = 0; i < size; i++) {
      times.push(await timeMs(() => run(process.execPath, [script, folder, join(temp, "start.db")])));
    }
    return { submit: times.sort((a, b) => a - b)[size >> 1] };
  },
  async commands() {
    const queue = open();
    const ms = await timeMs(() => {
      queue.addMany("bench", numbers(size));
      return work(queue, size, () => run("true", []), 2);
    });
    return { rate: size / ms * 1_000 };
  },
};

function run(program, args) {
  return new Promise((done, fail) => {
    const child = spawn(program, args, { stdio: ["ignore", "pipe", "inherit"] });
    child.stdout.resume();
    child.on("close", (code) => code === 0 ? done() : fail(new Error(`${program} ended with ${code}`)));
  });
}

console.log(JSON.stringify(await measures[measure]()));
rmSync(temp, { recursive: true, force: true });
process.exit(0); // plainjob's worker may still be sleeping
