/** Bodies that save and go on: run as functions and as modules by `resume_test.ts`. */

import type { Json } from "../../src/core/json.ts";
import type { JobContext } from "../../src/runner/job_context.ts";

export async function checkpoint(_params: unknown, ctx: JobContext): Promise<Json> {
  await ctx.checkpoint({ at: 1 });
  await ctx.checkpoint({ at: 2 });
  return ctx.saved;
}

export async function steps(_params: unknown, { step }: JobContext): Promise<Json> {
  let runs = 0;
  const known = await step<Json>("known", () => ++runs);
  const date = await step<unknown>("date", () => new Date(0)) as Json;
  const nothing = await step<unknown>("nothing", () => void ++runs) as Json;
  const again = await step<Json>("date", () => ++runs);
  return { known, date, nothing, again, runs };
}

export async function together(_params: unknown, { step }: JobContext): Promise<Json> {
  let runs = 0;
  const work = async (): Promise<number> => {
    await Promise.resolve();
    return ++runs;
  };
  return [...await Promise.all([step("a", work), step("a", work), step("b", work)]), runs];
}

export async function failing(_params: unknown, { step }: JobContext): Promise<Json> {
  let runs = 0;
  const work = (): number => {
    if (++runs === 1) throw new RangeError("first");
    return runs;
  };
  const first = await step("a", work).catch((error: Error) => `${error.name}: ${error.message}`);
  return [first, await step("a", work)];
}

export async function refused(_params: unknown, ctx: JobContext): Promise<Json> {
  const why = async (promise: Promise<unknown>): Promise<string> => {
    return await promise.then(() => "saved", (error: Error) => `${error.name}: ${error.message}`);
  };
  return [
    await why(ctx.step<unknown>("fn", () => () => 1)),
    await why(ctx.checkpoint(NaN)),
    await why(ctx.checkpoint("fine")),
  ];
}

/** Saves without waiting for it; what becomes of it must end nothing. */
export function dropping(_params: unknown, ctx: JobContext): string {
  void ctx.checkpoint("dropped");
  return "done";
}

export function waits(params: { how: string }, ctx: JobContext): never {
  switch (params.how) {
    case "thrown":
      throw ctx.retryAfter("5m", "rate limited");
    case "noted":
      ctx.retryAfter(1_500);
      throw new Error("something else");
    case "carried":
      ctx.retryAfter("1h");
      throw Object.assign(new Error("busy"), { retryAfterMs: 2_000 });
    case "bad":
      throw ctx.retryAfter("soon");
    default:
      throw Object.assign(new Error("odd"), { retryAfterMs: "5" });
  }
}

export function secret(name: string, ctx: JobContext): string {
  console.log(`using ${ctx.secret("TOKEN")}`);
  return ctx.secret(name);
}
