/** Modules that are hard to stop. */

import type { JobContext } from "../../mod.ts";

export function busy(): never {
  console.log("runs");
  for (;;);
}

export async function deaf(_params: unknown, ctx: JobContext): Promise<never> {
  ctx.signal.addEventListener("abort", () => ctx.log("heard, and goes on"));
  console.log("runs");
  return await new Promise(() => {});
}

/** Saves while it is being stopped, as one should. */
export async function polite(_params: unknown, ctx: JobContext): Promise<never> {
  await ctx.checkpoint("before");
  console.log("runs");
  await new Promise((resolve) => ctx.signal.addEventListener("abort", resolve));
  await ctx.checkpoint(`told to ${ctx.signal.reason}`);
  throw new Error("stopped");
}
