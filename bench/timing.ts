/** Clocks and folders for measures. */

/** Milliseconds that `work` takes. */
export async function timeMs(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** A rate, from a count and milliseconds. */
export function perSecond(count: number, ms: number): number {
  return count / ms * 1_000;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Runs `work` with the path of a database in an empty folder, and removes the folder. */
export async function withDatabase<T>(work: (path: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir({ prefix: "gigq-bench-" });
  try {
    return await work(`${folder}/bench.db`);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
