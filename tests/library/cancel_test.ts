import { assertEquals, assertStringIncludes } from "@std/assert";
import { command, http, type JobInput, JobQueue, module, task, Worker } from "../../mod.ts";

const MODULE = new URL("./cancel_module.ts", import.meta.url).href;
const ignore = Deno.build.os === "windows";
const options = { grace: 50, retries: 5, backoff: "fixed:0s" } as const;

const listening = task("listening", async (_: undefined, ctx) => {
  ctx.log("runs");
  await new Promise((resolve) => ctx.signal.addEventListener("abort", resolve));
  return "too late";
}, options);

/** Runs a job, cancels it once it has said that it runs (or a request has arrived), and tells what became of it. */
async function cancel(
  job: JobInput,
  begun?: Promise<void>,
  { grace }: { readonly grace: number } = options,
): Promise<{ outcomes: string[]; log: string; saved: unknown }> {
  await using queue = await JobQueue.open(":memory:");
  const id = await queue.submit(job, { ...options, grace });
  const runs = Promise.withResolvers<void>();
  const worker = new Worker(queue, {
    tasks: [listening],
    onEvent: (event) => {
      if (event.type !== "log") return;
      const text = typeof event.data === "string" ? event.data : new TextDecoder().decode(event.data);
      if (text.includes("runs")) runs.resolve();
    },
  });
  const drained = worker.drain();
  await (begun ?? runs.promise);
  const [change] = await queue.cancel([id]);
  assertEquals(change!.result, "requested");
  await drained;
  const { status, reason, failures, result } = await queue.get(id);
  assertEquals([status, reason, failures, result], ["cancelled", null, 0, null]);
  const log = (await queue.logs(id)).map(({ data }) => new TextDecoder().decode(data)).join("");
  const saved = (await queue.store.checkpoints([id])).get(id)?.value ?? null;
  return { outcomes: (await queue.attempts(id)).map(({ outcome }) => outcome), log, saved };
}

Deno.test("cancel: a function hears its signal, and what it returns then is no result", async () => {
  assertEquals((await cancel(listening())).outcomes, ["cancelled"]);
});

Deno.test("cancel: a module in a busy loop is ended with its thread", async () => {
  assertEquals((await cancel(module(`${MODULE}#busy`))).outcomes, ["cancelled"]);
});

Deno.test("cancel: a module that ignores its signal is ended after the grace", async () => {
  const { outcomes, log } = await cancel(module(`${MODULE}#deaf`));
  assertEquals([outcomes, log], [["cancelled"], "runs\nheard, and goes on\n"]);
});

Deno.test("cancel: what a module saves while it stops is stored", async () => {
  assertEquals(await cancel(module(`${MODULE}#polite`)), {
    outcomes: ["cancelled"],
    log: "runs\n",
    saved: "told to cancel",
  });
});

Deno.test({
  name: "cancel: a command is asked to end, and nothing of its group is left",
  ignore,
  async fn(): Promise<void> {
    const { outcomes, log } = await cancel(
      command(["sh", "-c", "trap 'echo asked; exit 0' TERM; echo runs; while :; do sleep 0.02; done"]),
      undefined,
      { grace: 60_000 }, // however late the shell gets to hear of it
    );
    assertEquals(outcomes, ["cancelled"]);
    assertStringIncludes(log, "asked");
  },
});

Deno.test({
  name: "cancel: a command that does not hear is killed with its group",
  ignore: Deno.build.os !== "linux",
  async fn(): Promise<void> {
    const script = `trap '' TERM; sh -c 'trap "" TERM; echo $$ runs; while :; do sleep 0.02; done'`;
    const { outcomes, log } = await cancel(command(["sh", "-c", script]));
    assertEquals(outcomes, ["cancelled"]);
    const [pid] = log.split(" ");
    // Gone, or dead and waiting to be reaped.
    const state = await Deno.readTextFile(`/proc/${pid}/stat`).then(
      (stat) => stat.split(") ")[1]![0],
      () => "gone",
    );
    assertEquals(["gone", "Z", "X"].includes(state!), true, state);
  },
});

Deno.test("cancel: a request is broken off", async () => {
  const begun = Promise.withResolvers<void>();
  const broken = Promise.withResolvers<void>();
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, (request) => {
    request.signal.addEventListener("abort", () => broken.resolve());
    begun.resolve();
    return new Promise<Response>((resolve) => void broken.promise.then(() => resolve(new Response())));
  });
  try {
    const url = `http://127.0.0.1:${server.addr.port}/`;
    assertEquals((await cancel(http(url), begun.promise)).outcomes, ["cancelled"]);
    await broken.promise;
  } finally {
    await server.shutdown();
  }
});
