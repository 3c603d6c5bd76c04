import { assertEquals } from "@std/assert";
import { command, JobQueue, module, task } from "../../mod.ts";
import type { JobInput } from "../../src/library/job_input.ts";
import { withDatabase, WorkerProcess } from "./harness.ts";
import { type Params, work } from "./resume_module.ts";

const PROGRAM = new URL("./resume_program.ts", import.meta.url).href;
const MODULE = new URL("./resume_module.ts", import.meta.url).href;
const STEPS = 5;
const ignore = Deno.build.os === "windows";
const options = { retries: 3, backoff: "fixed:0s" } as const;

/**
 * Lets a worker begin the job, kills it once the first attempt hangs, and has another worker go on.
 *
 * @returns What the bodies noted outside of the database, and the job's result
 */
async function killed(makeJob: (ledger: string) => JobInput): Promise<{ lines: string[]; result: unknown }> {
  let outcome: { lines: string[]; result: unknown } | null = null;
  await withDatabase(async ({ db, ledger }) => {
    await using queue = await JobQueue.open(db, { driver: "builtin" });
    const id = await queue.submit(makeJob(ledger));
    const settings = { db, ledger, heartbeatMs: 20_000 };
    const victim = new WorkerProcess({ ...settings, mode: "run" }, undefined, { program: PROGRAM });
    await victim.until("log hangs");
    victim.signal("SIGKILL");
    await victim.ended();
    const heir = new WorkerProcess({ ...settings, mode: "drain" }, undefined, { program: PROGRAM });
    assertEquals((await heir.ended()).code, 0);
    const job = await queue.get(id);
    assertEquals([job.status, job.attempt], ["completed", 2]);
    assertEquals((await queue.attempts(id)).map((attempt) => attempt.outcome), ["lost", "completed"]);
    assertEquals((await queue.store.checkpoints([id])).size, 0);
    const text = await Deno.readTextFile(ledger);
    outcome = { lines: text.trimEnd().split("\n"), result: job.result };
  });
  return outcome!;
}

/** Every step once, up to the given one by the first attempt. */
function onceEach(what: string, last: number): string[] {
  return Array.from({ length: STEPS }, (_, at) => `${what} ${at + 1} by attempt ${at < last ? 1 : 2}`);
}

const BODIES: Readonly<Record<string, (params: Params) => JobInput>> = {
  function: (params) => ({ ...task("work", work)(params), options }),
  module: (params) => module(`${MODULE}#work`, params, options),
};

for (const [kind, make] of Object.entries(BODIES)) {
  for (const hangAfter of [1, 4]) {
    Deno.test({
      name: `a ${kind} whose worker is killed after step ${hangAfter} does not do its steps again`,
      ignore,
      async fn(): Promise<void> {
        const { lines, result } = await killed((ledger) => make({ ledger, steps: STEPS, hangAfter }));
        assertEquals(lines, onceEach("step", hangAfter));
        assertEquals(result, 15);
      },
    });
  }
}

Deno.test({
  name: "a command whose worker is killed goes on from its checkpoint file, which no heartbeat has saved",
  ignore,
  async fn(): Promise<void> {
    const script = `at=$(cat "$GIGQ_CHECKPOINT" 2>/dev/null || echo 0)
      while [ "$at" -lt ${STEPS} ]; do
        at=$((at + 1))
        echo "row $at by attempt $GIGQ_ATTEMPT" >> "$1"
        echo "$at" > "$GIGQ_CHECKPOINT.new" && mv "$GIGQ_CHECKPOINT.new" "$GIGQ_CHECKPOINT"
        if [ "$GIGQ_ATTEMPT.$at" = 1.3 ]; then echo hangs; sleep 600; fi
      done
      echo "$at"`;
    const { lines, result } = await killed((ledger) => command(["sh", "-c", script, "sh", ledger], options));
    assertEquals(lines, onceEach("row", 3));
    assertEquals(result, "5");
  },
});
