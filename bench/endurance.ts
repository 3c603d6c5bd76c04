/**
 * `deno run -A --import-map=npm/import_map.json bench/endurance.ts [--history=N] [--minutes=N] [--rate=N]
 * [--workers=N] [--json]`: a database with a long past (1,000,000 finished jobs), then ten minutes of load. Memory of
 * the workers, size of the write-ahead log, time of a claim: what must not grow.
 */

import { JobQueue } from "../mod.ts";
import { type Endurance, enduranceOf, type Moment } from "./endurance/figures.ts";
import { makeHistory } from "./endurance/history.ts";
import type { Sample } from "./endurance/worker.ts";
import { LineChild } from "./lines.ts";
import { withDatabase } from "./timing.ts";

const MINUTE = 60_000;

export interface EnduranceOptions {
  /** Jobs that were finished before. */
  readonly history: number;
  readonly minutes: number;
  /** Jobs submitted a second. */
  readonly rate: number;
  readonly workers: number;
}

/** Size of the write-ahead log. Asked by name: a file of a database is never opened beside SQLite. */
async function walBytes(path: string): Promise<number> {
  try {
    return (await Deno.stat(`${path}-wal`)).size;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return 0;
    throw error;
  }
}

/** Runs the load, and calls `tell` with what goes on. */
export async function endure(options: EnduranceOptions, tell: (text: string) => void): Promise<Endurance> {
  return await withDatabase(async (path) => {
    const start = performance.now();
    {
      await using queue = await JobQueue.open(path);
      await makeHistory(queue, options.history);
    }
    tell(`${options.history} jobs finished in ${Math.round((performance.now() - start) / 1_000)} s`);
    const moments = await load(path, options, tell);
    return enduranceOf(moments);
  });
}

async function load(
  path: string,
  { minutes, rate, workers }: EnduranceOptions,
  tell: (text: string) => void,
): Promise<Moment[]> {
  const samples: Sample[][] = Array.from({ length: workers }, () => []);
  const moments: Moment[] = [];
  let enough = (): void => {};
  const over = new Promise<void>((resolve) => enough = resolve);
  /** Once all workers have told of one more second. */
  const note = async (): Promise<void> => {
    const workers = samples.map((list) => list[moments.length]);
    if (!workers.every((sample) => sample !== undefined)) return;
    const moment = { atMs: performance.now(), walBytes: 0, workers };
    moments.push(moment);
    Object.assign(moment, { walBytes: await walBytes(path) });
    if (moments.length % 60 === 0) tell(JSON.stringify(enduranceOf(moments)));
    if (moment.atMs - moments[0]!.atMs >= minutes * MINUTE) enough();
  };
  const running = samples.map((list) =>
    new LineChild("endurance/worker.ts", [path], (line) => {
      list.push(JSON.parse(line) as Sample);
      void note();
    })
  );
  let acknowledged = 0;
  const submitter = new LineChild(
    "endurance/submitter.ts",
    [path, String(rate)],
    (line) => acknowledged = Number(line),
  );
  await Promise.race([over, ...[submitter, ...running].map(({ ended }) => ended)]);
  await submitter.stop();
  for (const child of running) await child.stop();
  tell(`${acknowledged} jobs were submitted meanwhile`);
  return moments;
}

function option(name: string, otherwise: number): number {
  const given = Deno.args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
  const value = given === undefined ? otherwise : Number(given);
  if (!(value > 0)) throw new Error(`--${name}=${given} is not a number above zero`);
  return value;
}

if (import.meta.main) {
  const options = {
    history: option("history", 1_000_000),
    minutes: option("minutes", 10),
    rate: option("rate", 200),
    workers: option("workers", 2),
  };
  const figures = await endure(options, console.error);
  if (Deno.args.includes("--json")) console.log(JSON.stringify({ ...options, ...figures }));
  else console.table({ ...options, ...figures });
}
