import { assert, assertEquals } from "@std/assert";
import { parseProcStat } from "../../src/core/proc_stat.ts";
import { createWorkerInfo } from "../../src/engine/identity.ts";
import { systemProcesses } from "../../src/engine/process_table.ts";
import { systemClock } from "../../src/engine/system_clock.ts";

const ignore = Deno.build.os !== "linux";
const processes = systemProcesses(systemClock);

/** A shell in a group of its own that says when it is up. */
async function shell(script: string, env: Record<string, string> = {}): Promise<Deno.ChildProcess> {
  const child = new Deno.Command("sh", {
    args: ["-c", `echo up; ${script}`],
    env,
    stdin: "null",
    stdout: "piped",
    stderr: "null",
    detached: true,
  }).spawn();
  const reader = child.stdout.getReader();
  await reader.read();
  reader.releaseLock();
  return child;
}

function startOf(pid: number): string {
  return parseProcStat(Deno.readTextFileSync(`/proc/${pid}/stat`))!.start;
}

Deno.test("a name with spaces and parentheses does not confuse the reading of a stat line", () => {
  const line = `42 (a ) b (c) S 1 40 40 0 -1 4194560 ${"0 ".repeat(12)}98765 0`;
  assertEquals(parseProcStat(line), { state: "S", group: 40, start: "98765" });
  assertEquals(parseProcStat(""), null);
});

Deno.test("two workers of one process differ, and say what their process is", () => {
  const [one, two] = [createWorkerInfo(), createWorkerInfo("night")];
  assert(one.id !== two.id);
  assert(two.id.startsWith(`night-${Deno.pid}-`));
  assertEquals([one.pid, one.pidStart, one.boot], [two.pid, two.pidStart, two.boot]);
});

Deno.test({
  name: "a process is gone when it has ended or another has its pid",
  ignore,
  async fn(): Promise<void> {
    const { pid, pidStart } = createWorkerInfo();
    assertEquals(processes.isGone({ pid, pidStart }), false);
    assertEquals(processes.isGone({ pid, pidStart: "1" }), true);
    const child = new Deno.Command("true", { stdout: "null" }).spawn();
    await child.status;
    assertEquals(processes.isGone({ pid: child.pid, pidStart: null }), true);
  },
});

Deno.test({
  name: "a group is ended with everything in it, by force when it does not listen",
  ignore,
  async fn(): Promise<void> {
    const child = await shell("trap '' TERM; sleep 60 & sleep 60; sleep 60");
    const process = { pid: child.pid, pidStart: startOf(child.pid) };
    const { signal } = new AbortController();
    await processes.end({ id: 1, attempt: 1, process, location: null }, 50, signal);
    assertEquals((await child.status).signal, "SIGKILL");
    await child.stdout.cancel();
  },
});

Deno.test({
  name: "a reused pid is never hit",
  ignore,
  async fn(): Promise<void> {
    const child = await shell("exec sleep 60");
    const process = { pid: child.pid, pidStart: "1" };
    const { signal } = new AbortController();
    await processes.end({ id: 1, attempt: 1, process, location: null }, 0, signal);
    assertEquals(processes.isGone({ pid: child.pid, pidStart: startOf(child.pid) }), false);
    child.kill("SIGKILL");
    await child.status;
    await child.stdout.cancel();
  },
});

Deno.test({
  name: "a process that was never registered is found by its environment, and only that attempt's",
  ignore,
  async fn(): Promise<void> {
    const env = { GIGQ_JOB_ID: "7", GIGQ_ATTEMPT: "2", GIGQ_DB: `/nowhere/${crypto.randomUUID()}.db` };
    const old = await shell("exec sleep 60", env);
    const next = await shell("exec sleep 60", { ...env, GIGQ_ATTEMPT: "3" });
    const { signal } = new AbortController();
    await processes.end({ id: 7, attempt: 2, process: null, location: env.GIGQ_DB }, 5_000, signal);
    assertEquals((await old.status).signal, "SIGTERM");
    assertEquals(processes.isGone({ pid: next.pid, pidStart: startOf(next.pid) }), false);
    next.kill("SIGKILL");
    await next.status;
    await Promise.all([old.stdout.cancel(), next.stdout.cancel()]);
  },
});

Deno.test({
  name: "a process is found by its environment though its worker reached the same server as somebody else",
  ignore,
  async fn(): Promise<void> {
    const env = { GIGQ_JOB_ID: "7001", GIGQ_ATTEMPT: "2" };
    const own = await shell("sleep 60", { ...env, GIGQ_DB: "postgres://ann:old@db/jobs?schema=x&pool=2" });
    const other = await shell("sleep 60", { ...env, GIGQ_DB: "postgres://ann:old@db/jobs?schema=y" });
    const { signal } = new AbortController();
    const location = "postgres://bob:new@db/jobs?schema=x";
    await processes.end({ id: 7001, attempt: 2, process: null, location }, 1_000, signal);
    assertEquals((await own.status).signal, "SIGTERM");
    assertEquals(processes.isGone({ pid: other.pid, pidStart: startOf(other.pid) }), false);
    other.kill("SIGKILL");
    await other.status;
    await Promise.all([own.stdout.cancel(), other.stdout.cancel()]);
  },
});

Deno.test({
  name: "what cleared its environment is ended with its group, registered or not, even after the leader",
  ignore,
  async fn(): Promise<void> {
    for (const registered of [true, false]) {
      const env = { GIGQ_JOB_ID: "7", GIGQ_ATTEMPT: "2", GIGQ_DB: `/nowhere/${crypto.randomUUID()}.db` };
      const deaf = "trap '' TERM; echo $$; while :; do sleep 60; done";
      const child = new Deno.Command("sh", {
        args: ["-c", `env -i PATH="$PATH" sh -c "${deaf.replaceAll("$$", "\\$\\$")}" & sleep 60`],
        env,
        stdin: "null",
        stdout: "piped",
        detached: true,
      }).spawn();
      const reader = child.stdout.getReader();
      const { value } = await reader.read();
      const pid = Number(new TextDecoder().decode(value));
      const process = registered ? { pid: child.pid, pidStart: startOf(child.pid) } : null;
      const pidStart = startOf(pid);
      const { signal } = new AbortController();
      await processes.end({ id: 7, attempt: 2, process, location: env.GIGQ_DB }, 100, signal);
      assertEquals(processes.isGone({ pid, pidStart }), true);
      await child.status;
      await reader.cancel();
    }
  },
});
