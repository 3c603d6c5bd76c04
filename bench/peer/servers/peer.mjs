// deno-lint-ignore-file explicit-function-return-type
// Does with a peer on a server what `bench/measures/` does with GigQ: `peer.mjs FOLDER PEER URL MEASURE SIZE` prints figures
// as JSON. `peer.mjs FOLDER PEER URL worker SPACE` is one of its worker processes.

import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { pathToFileURL } from "node:url";

const BATCH = 10_000;

const [, program, folder, peer, url, measure, argument] = process.argv;
const resolve = createRequire(join(folder, "package.json"));
const load = (name) => import(pathToFileURL(resolve.resolve(name)).href);
const { open } = await import(`./${peer}.mjs`);

async function timeMs(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** A process that connects, says `ready`, works when it is told, and tells how many bodies it started, and the last one. */
async function beWorker(space) {
  const queue = await open({ load, url, space, makes: false });
  let told = 0;
  let started = 0;
  let last = -1;
  const tell = () => {
    if (started === told) return;
    told = started;
    process.stdout.write(`${started} ${last}\n`);
  };
  console.log("ready");
  for await (const line of createInterface({ input: process.stdin })) {
    // Each start is told at once where somebody waits for it; else now and then, which costs nothing.
    if (line === "drain") setInterval(tell, 5);
    await queue.work((n) => {
      last = n;
      started++;
      if (line === "run") tell();
    });
    console.log("working");
  }
  process.exit(0);
}

/** Starts a worker process; `heard` gets how many bodies it started, and the last one's number. */
async function startWorker(space, heard) {
  const child = spawn(process.execPath, [program, folder, peer, url, "worker", space], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  const waiting = new Map();
  const said = (word) => new Promise((done) => waiting.set(word, done));
  const ready = said("ready");
  createInterface({ input: child.stdout }).on("line", (line) => {
    if (waiting.has(line)) return waiting.get(line)();
    const [started, last] = line.split(" ").map(Number);
    heard(started, last);
  });
  await ready;
  return {
    say: (word) => void child.stdin.write(`${word}\n`),
    working: () => said("working"),
    async stop() {
      const ended = new Promise((done) => child.on("close", done));
      child.stdin.end();
      await ended;
    },
  };
}

async function withQueue(work) {
  const space = `gigq_bench_${randomBytes(6).toString("hex")}`;
  const queue = await open({ load, url, space, makes: true });
  try {
    return await work(queue, space);
  } finally {
    await queue.drop();
  }
}

async function fill(queue, size) {
  for (let at = 0; at < size; at += BATCH) await queue.addMany(Math.min(BATCH, size - at));
}

/** Waits until so many bodies were started, and their ends are stored. */
async function finish(queue, started) {
  await started;
  while (await queue.left() > 0) await sleep(2);
}

/** Jobs a second in this process. */
function drainHere(size) {
  return withQueue(async (queue) => {
    await fill(queue, size);
    let left = size;
    const ms = await timeMs(() =>
      finish(queue, new Promise((done) => void queue.work(() => --left === 0 && done())))
    );
    return size / ms * 1_000;
  });
}

/** Jobs a second of so many worker processes. */
function drainIn(size, processes) {
  return withQueue(async (queue, space) => {
    await fill(queue, size);
    const counts = new Array(processes).fill(0);
    let enough;
    const started = new Promise((done) => enough = done);
    const heard = (index) => (count) => {
      counts[index] = count;
      if (counts.reduce((sum, count) => sum + count, 0) >= size) enough();
    };
    const workers = await Promise.all(counts.map((_, index) => startWorker(space, heard(index))));
    const ms = await timeMs(async () => {
      for (const worker of workers) worker.say("drain");
      await finish(queue, started);
    });
    for (const worker of workers) await worker.stop();
    return size / ms * 1_000;
  });
}

const measures = {
  async enqueue_one(size) {
    const single = await withQueue((queue) =>
      timeMs(async () => {
        for (let n = 0; n < size; n++) await queue.add(n);
      })
    );
    const together = await withQueue((queue) =>
      timeMs(() => Promise.all(Array.from({ length: size }, (_, n) => queue.add(n))))
    );
    return { single: size / single * 1_000, together: size / together * 1_000 };
  },
  async enqueue_bulk(size) {
    return { rate: size / await withQueue((queue) => timeMs(() => queue.addMany(size))) * 1_000 };
  },
  async drain(size) {
    return { rate: await drainHere(size) };
  },
  async drain_many(size) {
    return { two: await drainIn(size, 2), four: await drainIn(size, 4) };
  },
  async wake_up(size) {
    return await withQueue(async (queue, space) => {
      let begun = () => {};
      const worker = await startWorker(space, (_, last) => begun(last));
      const working = worker.working();
      worker.say("run");
      await working;
      const times = [];
      for (let n = -10; n < size; n++) {
        await sleep(20 + Math.random() * 60);
        const start = performance.now();
        const started = new Promise((done) => begun = (last) => last === n && done());
        const stored = queue.add(n);
        await started;
        if (n >= 0) times.push(performance.now() - start);
        await stored;
      }
      await worker.stop();
      times.sort((a, b) => a - b);
      return { median: times[times.length >> 1], p99: times[Math.ceil(times.length * 0.99) - 1] };
    });
  },
};

if (measure === "worker") await beWorker(argument);
console.log(JSON.stringify(await measures[measure](Number(argument))));
process.exit(0);
