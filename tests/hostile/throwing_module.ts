/** Fails with the text it is given, in every place that an error has for text, and says it first. */

import type { JobContext } from "../../src/runner/job_context.ts";

interface Given {
  readonly text: string;
}

export function fail({ text }: Given, ctx: JobContext): never {
  console.log(text);
  console.error(text);
  ctx.log(text);
  ctx.progress({ text });
  throw Object.assign(new Error(text), { name: text });
}

export function echo({ text }: Given, ctx: JobContext): unknown {
  console.log(text);
  ctx.progress(text);
  return { text, [text]: [text] };
}
