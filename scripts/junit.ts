/** Totals of a test run, from the JUnit report that `deno test` writes. */

/** How many tests (steps included) ended which way. */
export interface Totals {
  readonly passed: number;
  readonly failed: number;
  readonly ignored: number;
}

/** Reads a report; one that is missing (the run never started) counts as one failure. */
export async function readTotals(path: string): Promise<Totals> {
  const text = await Deno.readTextFile(path).catch(() => null);
  const header = text === null ? null : /<testsuites [^>]*>/.exec(text)?.[0];
  if (text === null || !header) return { passed: 0, failed: 1, ignored: 0 };
  const failed = attribute(header, "failures") + attribute(header, "errors");
  const ignored = text.split("<skipped/>").length - 1;
  return { passed: attribute(header, "tests") - failed - ignored, failed, ignored };
}

export function addTotals(a: Totals, b: Totals): Totals {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, ignored: a.ignored + b.ignored };
}

function attribute(tag: string, name: string): number {
  return Number(new RegExp(` ${name}="(\\d+)"`).exec(tag)?.[1] ?? 0);
}
