import { assertEquals } from "@std/assert";
import { shutdownNotice, type StopLevel } from "../../src/cli/signals.ts";

const LEVELS: readonly StopLevel[] = ["drain", "cancel", "kill"];

function notices(running: number, unsaved: number): readonly string[] {
  return LEVELS.map((level) => shutdownNotice(level, running, unsaved));
}

Deno.test("shutdown: each signal tells what becomes of the jobs that run", () => {
  assertEquals(notices(2, 1), [
    "Stopping when 2 running jobs end; once more gives them back, twice kills them\n",
    "Giving back 2 running jobs; once more kills them\n",
    "Killing 2 running jobs\n",
  ]);
});

Deno.test("shutdown: with nothing left to do there is nothing to announce", () => {
  assertEquals(notices(0, 0), ["Stopping\n", "Stopping\n", "Stopping\n"]);
});

Deno.test("shutdown: a worker that waits for its server says what for", () => {
  assertEquals(notices(0, 1), [
    "Stopping once the queue has heard of the end of 1 job; twice more gives up\n",
    "The queue has not heard of the end of 1 job; once more gives up\n",
    "Telling the queue of the end of 1 job for the last time\n",
  ]);
});
