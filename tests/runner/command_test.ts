import { assert, assertEquals, assertMatch } from "@std/assert";
import type { JsonObject } from "../../src/core/json.ts";
import { parseProcStat } from "../../src/core/proc_stat.ts";
import { CommandRunner } from "../../src/runner/command.ts";
import { runOne, TestContext } from "./context.ts";

const runner = new CommandRunner();
const ignore = Deno.build.os === "windows";

/** Runs a script of the shell and asks how it ended. */
function sh(script: string, extra: JsonObject = {}, context = new TestContext()): ReturnType<typeof runOne> {
  return runOne(runner, { argv: ["sh", "-c", script], ...extra }, context);
}

async function resultOf(script: string, extra: JsonObject = {}): Promise<unknown> {
  const ended = await sh(script, extra);
  return ended.type === "completed" ? ended.result : ended;
}

function isAlive(pid: number): boolean {
  try {
    Deno.kill(pid, "SIGCONT");
    // An orphan that has ended stays in the table until somebody reaps it.
    return Deno.build.os !== "linux" ||
      parseProcStat(Deno.readTextFileSync(`/proc/${pid}/stat`))?.state !== "Z";
  } catch {
    return false;
  }
}

Deno.test("standard output is the result: text without its last line break", async () => {
  const argv = [Deno.execPath(), "eval", "console.log('two\\nlines')"];
  const ended = await runOne(runner, { argv });
  assert(ended.type === "completed");
  assertEquals([ended.result, ended.usage?.exitCode], ["two\nlines", 0]);
});

Deno.test({
  name: "JSON objects and arrays become values, everything else stays text",
  ignore,
  async fn(): Promise<void> {
    assertEquals(await resultOf(`echo '{"a": [1]}'`), { a: [1] });
    assertEquals(await resultOf("echo '[1,'"), "[1,");
    assertEquals(await resultOf("echo 007"), "007");
    assertEquals(await resultOf("printf '\\357\\273\\277x'"), "\ufeffx", "a byte order mark is text");
    assertEquals(await resultOf("printf '\\357\\273\\277[1]'"), [1], "and no JSON");
    assertEquals(await resultOf("true"), "");
  },
});

Deno.test({
  name: "output that is no text, or too large for a result, gives null and a whole log",
  ignore,
  async fn(): Promise<void> {
    assertEquals(await resultOf("printf '\\377'"), null);
    const context = new TestContext();
    const ended = await sh("head -c 1000001 /dev/zero | tr '\\0' a", {}, context);
    assertEquals(ended.type === "completed" && ended.result, null);
    assertEquals(context.text("stdout").length, 1_000_001);
  },
});

Deno.test({
  name: "a failure tells its exit code and the end of stderr",
  ignore,
  async fn(): Promise<void> {
    const context = new TestContext();
    const ended = await sh("echo out; echo one >&2; echo two >&2; exit 3", {}, context);
    assert(ended.type === "failed");
    assertEquals([ended.reason, ended.usage?.exitCode], ["exit", 3]);
    assertEquals(ended.error, { class: "CommandFailed", message: "one\ntwo" });
    assertEquals([context.text("stdout"), context.text("stderr")], ["out\n", "one\ntwo\n"]);
    const silent = await sh("exit 4");
    assertEquals(silent.type === "failed" && silent.error?.message, "Exited with code 4");
  },
});

Deno.test({
  name: "a command killed by a signal names it",
  ignore,
  async fn(): Promise<void> {
    const ended = await sh("kill -9 $$");
    assert(ended.type === "failed");
    assertEquals([ended.reason, ended.usage?.signal], ["signal", "SIGKILL"]);
  },
});

Deno.test("a missing program is a permanent failure with exit code 127", async () => {
  const ended = await runOne(runner, { argv: ["no-such-program-here"] });
  assert(ended.type === "failed");
  assertEquals(ended.error, {
    class: "CommandNotFound",
    message: "Command not found: no-such-program-here",
  });
  assertEquals([ended.permanent, ended.usage?.exitCode], [true, 127]);
});

Deno.test({
  name: "a file that is not executable, a missing folder, a missing stdin file and an empty argv are named",
  ignore,
  async fn(): Promise<void> {
    const dir = await Deno.makeTempDir();
    await Deno.writeTextFile(`${dir}/plain`, "x");
    const cases: [JsonObject, string, RegExp][] = [
      [{ argv: ["./plain"], cwd: dir }, "CommandNotExecutable", /is not executable: \.\/plain/],
      [{ argv: ["true"], cwd: `${dir}/none` }, "FolderNotFound", /Folder not found: .*none$/],
      [{ argv: ["cat"], stdin: { file: `${dir}/none` } }, "StdinNotFound", /Cannot read .*none for stdin/],
      [{ argv: [] }, "BadPayload", /no program/],
    ];
    for (const [payload, name, message] of cases) {
      const ended = await runOne(runner, payload);
      assert(ended.type === "failed");
      assertEquals(ended.error?.class, name);
      assertMatch(ended.error?.message ?? "", message);
    }
    await Deno.remove(dir, { recursive: true });
  },
});

Deno.test({
  name: "arguments reach the program as they are; a shell runs only when asked for",
  ignore,
  async fn(): Promise<void> {
    const odd = "$HOME; `id` 'x' \"y\" *";
    assertEquals((await runOne(runner, { argv: ["printf", "%s", odd] }) as { result: unknown }).result, odd);
    const shell = await runOne(runner, { argv: ['echo "$1-$GIGQ_JOB_ID"', "a b"], shell: true });
    assertEquals(shell.type === "completed" && shell.result, "a b-17");
  },
});

Deno.test({
  name: "the environment is cleared but for an allow-list, the job's own and GIGQ_*",
  ignore,
  async fn(): Promise<void> {
    Deno.env.set("A_SECRET_OF_THE_WORKER", "1");
    const fresh = new CommandRunner();
    const context = new TestContext([], "/data/q.db");
    const ended = await runOne(fresh, { argv: ["env"], env: { OWN: "yes", GIGQ_JOB_ID: "99" } }, context);
    Deno.env.delete("A_SECRET_OF_THE_WORKER");
    const lines = new Set(context.text("stdout").split("\n"));
    assertEquals(ended.type, "completed");
    for (const line of ["OWN=yes", "GIGQ_JOB_ID=17", "GIGQ_ATTEMPT=2", "GIGQ_DB=/data/q.db"]) {
      assert(lines.has(line), line);
    }
    assert(!context.text().includes("A_SECRET_OF_THE_WORKER"));
    assert(context.text().includes("PATH="));
  },
});

Deno.test({
  name: "a command knows the slot that it runs for, and nobody else's",
  ignore,
  async fn(): Promise<void> {
    const argv = ['echo "$GIGQ_SCHEDULE at $GIGQ_SCHEDULED_AT"'];
    const $scheduled = { schedule: "nightly", at: Date.UTC(2026, 10, 24, 1) };
    const env = { GIGQ_SCHEDULE: "mine" };
    const ended = await runOne(runner, { argv, shell: true, env, $scheduled });
    assertEquals(ended.type === "completed" && ended.result, "nightly at 2026-11-24T01:00:00.000Z");
    const other = await runOne(runner, { argv, shell: true });
    assertEquals(other.type === "completed" && other.result, " at ");
  },
});

Deno.test({
  name: "programs are found though the worker has no PATH",
  ignore,
  async fn(): Promise<void> {
    const path = Deno.env.get("PATH")!;
    try {
      // The second is what Deno makes of none.
      for (const less of ["", "/somebody/.cache/deno/node_compat_bin"]) {
        Deno.env.set("PATH", less);
        const context = new TestContext([], null);
        const ended = await runOne(new CommandRunner(), { argv: ["env"] }, context);
        assertEquals(ended.type, "completed");
        assert(context.text("stdout").split("\n").includes("PATH=/usr/local/bin:/usr/bin:/bin"));
      }
    } finally {
      Deno.env.set("PATH", path);
    }
  },
});

Deno.test({
  name: "stdin comes from a text or a file, and need not be read",
  ignore,
  async fn(): Promise<void> {
    const dir = await Deno.makeTempDir();
    await Deno.writeTextFile(`${dir}/in.txt`, "from a file");
    assertEquals(await resultOf("cat", { stdin: { text: "inline" } }), "inline");
    assertEquals(await resultOf("cat", { stdin: { file: "in.txt" }, cwd: dir }), "from a file");
    assertEquals(await resultOf("exit 0", { stdin: { text: "x".repeat(1_000_000) } }), "");
    await Deno.remove(dir, { recursive: true });
  },
});

Deno.test({
  name: "told to stop, the whole group is asked to end",
  ignore,
  async fn(): Promise<void> {
    const context = new TestContext();
    const running = sh("sleep 60 & echo child $!; wait", {}, context);
    await context.said("\n");
    const pid = Number(context.text().match(/child (\d+)/)![1]);
    context.stop("cancel");
    const ended = await running;
    assertEquals(ended.usage?.signal, "SIGTERM");
    assertEquals(isAlive(pid), false);
  },
});

Deno.test({
  name: "a group that does not listen is killed when the grace is over",
  ignore,
  async fn(): Promise<void> {
    const context = new TestContext();
    const deaf = "Deno.addSignalListener('SIGTERM', () => console.log('heard')); console.log('up'); " +
      "setInterval(() => {}, 60_000)";
    const running = runOne(runner, { argv: [Deno.execPath(), "eval", deaf] }, context);
    await context.said("up");
    context.stop("timeout");
    await context.said("heard");
    context.end();
    assertEquals((await running).usage?.signal, "SIGKILL");
  },
});

Deno.test({
  name: "a stop that was there first starts nothing",
  ignore,
  async fn(): Promise<void> {
    const context = new TestContext();
    context.stop("shutdown");
    await sh("echo started", {}, context);
    assertEquals(context.logs, []);
  },
});

Deno.test({
  name: "what a command leaves running in its group does not outlive it",
  ignore,
  async fn(): Promise<void> {
    const context = new TestContext();
    const ended = await sh("sleep 60 & echo $!", {}, context);
    assertEquals(ended.type, "completed");
    assertEquals(isAlive(Number(context.text())), false);
  },
});

Deno.test({
  name: "a command whose group cannot be ended says so, so that no retry joins what still runs",
  ignore,
  async fn(): Promise<void> {
    // A process that waits inside the kernel lives on after SIGKILL; here it only looks that way.
    const [failed, completed] = await Promise.all([3, 0].map((code) => {
      const context = new TestContext();
      const isAlive = (): boolean => {
        context.stop("timeout");
        context.end();
        return true;
      };
      const stuck = new CommandRunner({ isAlive, signal: () => {}, reapMs: 50 });
      return runOne(stuck, { argv: ["sh", "-c", `echo broken >&2; exit ${code}`] }, context);
    }));
    assert(failed!.type === "failed" && completed!.type === "completed");
    assertEquals([failed!.notStopped, completed!.notStopped], [true, true]);
    assertEquals([failed!.reason, failed!.error?.class, failed!.usage?.exitCode], ["exit", "NotStopped", 3]);
    assertMatch(failed!.error!.message, /^broken\nA process of group \d+ did not end .*requeue it/);
  },
});

Deno.test({
  name: "a process that left the group and holds the output open does not hold the job",
  ignore: Deno.build.os !== "linux",
  async fn(): Promise<void> {
    const context = new TestContext();
    const ended = await sh("setsid sleep 60 & echo $!", {}, context);
    assertEquals(ended.type, "completed");
    Deno.kill(Number(context.text()), "SIGKILL");
  },
});

Deno.test({
  name: "a process group that lasts is registered with its start time",
  ignore: Deno.build.os !== "linux",
  async fn(): Promise<void> {
    const context = new TestContext();
    const running = sh("echo $$; exec sleep 60", {}, context);
    const process = await context.registered;
    context.stop("cancel");
    await running;
    assertEquals(String(process.pid), context.text().trim());
    assertMatch(process.pidStart ?? "", /^\d+$/);
  },
});

Deno.test({
  name: "a broken pipe ends what writes to it, as in any shell",
  ignore,
  async fn(): Promise<void> {
    // The runtime ignores SIGPIPE; a command that inherited that would complain on stderr instead.
    const context = new TestContext();
    assertEquals((await sh("yes | head -n 1", {}, context)).type, "completed");
    assertEquals(context.text(), "y\n");
  },
});

Deno.test({
  name: "many commands at once keep their outputs apart",
  ignore,
  async fn(): Promise<void> {
    const numbers = Array.from({ length: 40 }, (_, i) => i);
    const script = (n: number): string =>
      `for i in 1 2 3; do echo ${n}; done; seq 20000 | wc -l; exit ${n % 2}`;
    const contexts = numbers.map(() => new TestContext());
    const ended = await Promise.all(numbers.map((n) => sh(script(n), {}, contexts[n])));
    for (const n of numbers) {
      assertEquals(contexts[n]!.text("stdout"), `${n}\n${n}\n${n}\n20000\n`);
      assertEquals(ended[n]!.usage?.exitCode, n % 2);
    }
  },
});

async function ownPeakBytes(): Promise<number> {
  const status = await Deno.readTextFile("/proc/self/status");
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)![1]) * 1024;
}

Deno.test({
  name: "the figures of a command are its own",
  ignore: Deno.build.os !== "linux" || Deno.permissions.querySync({ name: "ffi" }).state !== "granted",
  async fn(): Promise<void> {
    const grown = "const kept = new Uint8Array(600_000_000).fill(1); console.log(kept.length)";
    const { usage } = await runOne(runner, { argv: [Deno.execPath(), "eval", grown] });
    // Linux makes children inherit the peak of the worker, so a smaller one of their own cannot be told.
    if (await ownPeakBytes() < 600_000_000) {
      assert((usage?.maxRssBytes ?? 0) >= 600_000_000, `peak ${usage?.maxRssBytes}`);
    }
    assert((usage?.cpuMs ?? 0) > 0, `CPU ${usage?.cpuMs} ms`);
  },
});

Deno.test({
  name: "an argument with a zero in it is refused, not cut",
  ignore,
  async fn(): Promise<void> {
    const ended = await runOne(runner, { argv: ["printf", "%s", "a\0b"] });
    assertEquals(ended.type === "failed" && ended.error?.class, "CommandNotStarted");
  },
});
