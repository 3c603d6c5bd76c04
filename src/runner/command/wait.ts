/** Short waits beside the world of processes, which has no clock to turn. */

export function delay(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}

/** Whether a promise settled within so many milliseconds. Never rejects. */
export async function settledWithin(promise: Promise<unknown>, ms: number): Promise<boolean> {
  const timer = new AbortController();
  const late = new Promise<boolean>((resolve) => {
    const id = setTimeout(() => resolve(false), ms);
    timer.signal.addEventListener("abort", () => clearTimeout(id));
  });
  const settled = promise.then(() => true, () => true);
  const result = await Promise.race([settled, late]);
  timer.abort();
  return result;
}
