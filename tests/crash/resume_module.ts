/** A body whose steps leave a trace outside of the database. Its first attempt stops after one of them for good. */

import type { JobContext } from "../../src/runner/job_context.ts";

/** What it is given. */
export interface Params {
  readonly ledger: string;
  readonly steps: number;
  /** The first attempt does not come further than this step. */
  readonly hangAfter: number;
}

export async function work({ ledger, steps, hangAfter }: Params, ctx: JobContext): Promise<number> {
  let sum = 0;
  for (let n = 1; n <= steps; n++) {
    sum += await ctx.step(`step ${n}`, () => {
      Deno.writeTextFileSync(ledger, `step ${n} by attempt ${ctx.attempt}\n`, { append: true });
      return n;
    });
    if (ctx.attempt === 1 && n === hangAfter) {
      ctx.log("hangs");
      await new Promise(() => {});
    }
  }
  return sum;
}
