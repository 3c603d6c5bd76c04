import { assertEquals, assertThrows } from "@std/assert";
import type { ClaimedJob, Outcome, Usage } from "../../src/core/ports.ts";
import { ConfigError, UsageError } from "../../src/core/errors.ts";
import type { EngineEvent } from "../../src/engine/options.ts";
import { eventJson, jobLine } from "../../src/cli/progress/job_line.ts";
import { mapLine } from "../../src/cli/progress/map_progress.ts";
import { Shutdown, type SignalSource, type StopLevel } from "../../src/cli/signals.ts";
import { workerOptions } from "../../src/cli/worker_options.ts";
import { fakeInput, fakeIo } from "./fake_io.ts";

const job = {
  id: 12,
  name: "re\x1bsize",
  step: null,
  queue: "q",
  kind: "command",
  attempt: 1,
  workflow: null,
} as ClaimedJob;
type FinishedEvent = Extract<EngineEvent, { type: "finished" }>;

const none: Usage = { wallMs: 2_100, cpuMs: null, maxRssBytes: null, exitCode: null, signal: null };

function finished(outcome: Outcome, usage: Partial<Usage> = {}, accepted = true): FinishedEvent {
  return {
    type: "finished",
    job,
    outcome,
    accepted,
    status: "failed",
    usage: { ...none, ...usage },
  };
}

Deno.test("a line for every end of an attempt", () => {
  const failed = (reason: string, retryAt: number | null = null, error: object | null = null): Outcome =>
    ({ type: "failed", reason, error, retryAt }) as Outcome;
  const lines = [
    finished({ type: "completed", result: null }),
    finished(failed("exit", 5_000), { exitCode: 3 }),
    finished(failed("signal"), { signal: "SIGKILL" }),
    finished(failed("timeout")),
    finished(failed("error", null, { class: "TypeError", message: "no\nway" })),
    finished({ type: "cancelled", error: null }),
    finished({ type: "released" }),
    finished({ type: "completed", result: null }, {}, false),
  ].map((event) => jobLine(event, 1_000).replace("12 re\\esize ", ""));
  assertEquals(lines, [
    "completed in 2.1s",
    "failed with exit code 3 after 2.1s, tries again in 4s",
    "failed by SIGKILL after 2.1s",
    "failed by timeout after 2.1s",
    "failed with TypeError: no\\nway after 2.1s",
    "cancelled after 2.1s",
    "given back after 2.1s",
    "was taken over by another worker after 2.1s",
  ]);
});

Deno.test("events for programs carry ids, outcome and times in ISO 8601", () => {
  const event = finished({ type: "failed", reason: "exit", error: null, retryAt: 60_000 }, { exitCode: 3 });
  assertEquals(eventJson(event, 0), {
    event: "finished",
    at: "1970-01-01T00:00:00.000Z",
    id: 12,
    name: "re\x1bsize",
    queue: "q",
    kind: "command",
    attempt: 1,
    workflow: null,
    step: null,
    outcome: "exit",
    accepted: true,
    status: "failed",
    wallMs: 2_100,
    exitCode: 3,
    signal: null,
    error: null,
    retryAt: "1970-01-01T00:01:00.000Z",
    decision: null,
  });
  assertEquals(eventJson({ type: "idle", nextAt: null }, 0), null);
});

Deno.test("three signals are three steps, and the first names the exit code", () => {
  const listeners = new Map<string, () => void>();
  const source: SignalSource = {
    add: (signal, listener) => void listeners.set(signal, listener),
    remove: (signal) => void listeners.delete(signal),
  };
  const levels: StopLevel[] = [];
  {
    using shutdown = new Shutdown((level) => levels.push(level), source);
    assertEquals(shutdown.exitCode, null);
    const names = [...listeners.keys()];
    for (const name of [names[1]!, names[0]!, names[0]!, names[0]!]) listeners.get(name)!();
    assertEquals(shutdown.exitCode, Deno.build.os === "windows" ? 130 : 143);
  }
  assertEquals(levels, ["drain", "cancel", "kill", "kill"]);
  assertEquals(listeners.size, 0);
});

Deno.test("lease and heartbeat from options, then the environment, checked against each other", () => {
  const io = fakeIo({ variables: { GIGQ_LEASE: "10s", GIGQ_HEARTBEAT: "2s" } });
  assertEquals(workerOptions(fakeInput(), io), { concurrency: undefined, lease: 10_000, heartbeat: 2_000 });
  assertEquals(workerOptions(fakeInput({ lease: 60_000, concurrency: 3 }), io).lease, 60_000);
  assertThrows(
    () => workerOptions(fakeInput({ heartbeat: 10_000 }), io),
    UsageError,
    "does not keep a lease",
  );
  assertThrows(
    () => workerOptions(fakeInput(), fakeIo({ variables: { GIGQ_LEASE: "soon" } })),
    ConfigError,
    "GIGQ_LEASE",
  );
});

Deno.test("the line of a map tells what is known", () => {
  const state = { done: 40, failed: 2, running: 4, known: 100, complete: true, elapsedMs: 12_000 };
  assertEquals(mapLine(state), "[########············] 40 of 100, 2 failed, 4 running, 12s, about 18s left");
  assertEquals(
    mapLine({ ...state, complete: false, failed: 0, done: 0, known: 0, elapsedMs: 0 }),
    "0 of 0+, 4 running, 0ms",
  );
});
