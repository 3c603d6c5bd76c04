/** What the tests of the module runner run. */

import type { JobContext } from "../../src/runner/job_context.ts";

export const notAFunction = 3;

export function add(p: { a: number; b: number }, ctx: JobContext): unknown {
  console.log("adding", p);
  console.error("to stderr");
  ctx.log("line");
  ctx.progress({ done: 1 });
  return { sum: p.a + p.b, id: ctx.id, attempt: ctx.attempt, parents: ctx.parents };
}

export function slot(params: unknown, { scheduledAt }: JobContext): unknown {
  return { params, scheduledAt };
}

let calls = 0;

export function count(): number {
  return ++calls;
}

export function nothing(): void {}

export function boom(): never {
  throw new RangeError("boom");
}

export function permanent(): never {
  throw Object.assign(new Error("never again"), { permanent: true });
}

export function busy(): never {
  console.log("busy");
  for (;;);
}

export function stray(): Promise<never> {
  void Promise.reject(new TypeError("nobody awaits me"));
  return new Promise(() => {});
}

export function uncaught(): Promise<never> {
  queueMicrotask(() => {
    throw new Error("out of nowhere");
  });
  return new Promise(() => {});
}

export function exit(): void {
  Deno.exit(3);
}

export function notJson(): unknown {
  return () => 1;
}

export async function untilStopped(_params: unknown, { signal, log }: JobContext): Promise<never> {
  log("waiting");
  await new Promise((resolve) => signal.addEventListener("abort", resolve));
  throw new Error(`stopped: ${signal.reason}`);
}

/** What a task is: callable, with its body under `run`. */
export const asTask = Object.assign(() => ({ kind: "function" }), {
  taskName: "as-task",
  run: (p: number): number => p + 1,
});

export default function (): string {
  return "default";
}
