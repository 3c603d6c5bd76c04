/**
 * Fan out, fan in: counts the primes below a number, range by range, in parallel.
 *
 *     deno run -A examples/fan_out_in/primes.ts 1000000 8
 */

import { JobQueue, module, Worker, workflow } from "../../mod.ts";

/** From `from` up to, but without, `to`. */
export interface Range {
  readonly from: number;
  readonly to: number;
}

/** Cuts the numbers below `limit` into so many ranges, so that they differ by one at most. */
export function split({ limit, parts }: { limit: number; parts: number }): Range[] {
  const cut = (part: number): number => Math.floor(limit * part / parts);
  return Array.from({ length: parts }, (_, part) => ({ from: cut(part), to: cut(part + 1) }));
}

/** Counts the primes of one range; which one, the step `split` says. */
export function count({ part }: { part: number }, ctx: { parents: Record<string, unknown> }): number {
  const { from, to } = (ctx.parents.ranges as Range[])[part]!;
  let primes = 0;
  for (let number = Math.max(2, from); number < to; number++) if (isPrime(number)) primes++;
  return primes;
}

/** Adds up what the parents counted. */
export function total(_: null, ctx: { parents: Record<string, unknown> }): number {
  return (Object.values(ctx.parents) as number[]).reduce((sum, one) => sum + one, 0);
}

function isPrime(number: number): boolean {
  for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) return false;
  return true;
}

/** Each step runs in a thread of its own, so that all cores count. */
async function main(limit: number, parts: number): Promise<void> {
  const here = (name: string, params: unknown = null): ReturnType<typeof module> =>
    module(`./primes.ts#${name}`, params, {}, import.meta.url);
  const wf = workflow("primes");
  const ranges = wf.add(here("split", { limit, parts }));
  const counts = Array.from(
    { length: parts },
    (_, part) => wf.add(here("count", { part }), { after: { ranges } }),
  );
  wf.add(here("total"), { after: counts });

  await using queue = await JobQueue.open(":memory:");
  const run = await wf.submit(queue);
  await new Worker(queue).drain();
  console.log(`${(await run.results()).total} primes below ${limit}`);
}

if (import.meta.main) {
  const [limit = "1000000", parts = "8"] = Deno.args;
  await main(Number(limit), Number(parts));
}
