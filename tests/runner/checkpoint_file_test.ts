import { assertEquals, assertMatch } from "@std/assert";
import { LostError } from "../../src/core/errors.ts";
import type { Checkpoint, Policy } from "../../src/core/job.ts";
import type { RunResult } from "../../src/core/ports.ts";
import { CommandRunner } from "../../src/runner/command.ts";
import { prepare, privateFolder } from "../../src/runner/command/private_folder.ts";
import { claimed, TestContext } from "./context.ts";

const ignore = Deno.build.os === "windows";
const runner = new CommandRunner();
let databases = 0;

/** A job of its own, whose attempts share a database and nothing with other tests. */
class Attempts {
  readonly #location = `/test/${Deno.pid}/${++databases}.db`;

  run(attempt: number, script: string, saved: Checkpoint | null = null, policy: Partial<Policy> = {}): {
    readonly context: TestContext;
    readonly ended: Promise<RunResult>;
  } {
    const context = new TestContext([], this.#location);
    context.checkpoint = saved;
    const job = claimed("command", { argv: ["sh", "-c", script] });
    const ended = runner.run({ ...job, attempt, policy: { ...job.policy, ...policy } }, context);
    return { context, ended };
  }

  async through(
    attempt: number,
    script: string,
    saved: Checkpoint | null = null,
  ): Promise<TestContext & { result: RunResult }> {
    const { context, ended } = this.run(attempt, script, saved);
    return Object.assign(context, { result: await ended });
  }
}

function stored(value: string, attempt: number): Checkpoint {
  return { value, steps: {}, attempt, at: 0 };
}

const PRINT = 'cat "$GIGQ_CHECKPOINT" 2>/dev/null || printf none';

function leftovers(): readonly string[] {
  const folder = privateFolder();
  if ("problem" in folder) throw new Error(folder.problem);
  // Of the job that these tests run: others may run beside them.
  return [...Deno.readDirSync(folder.path)].map(({ name }) => name).filter((name) => name.includes("-17-0-"));
}

/** Runs a test, and looks that it leaves no file behind. */
function test(name: string, fn: () => Promise<void>): void {
  Deno.test({
    name,
    ignore,
    async fn(): Promise<void> {
      const before = new Set(leftovers());
      await fn();
      // Files are taken away once what was in them is saved.
      await Promise.resolve();
      assertEquals(leftovers().filter((path) => !before.has(path)), []);
    },
  });
}

test("a command finds no checkpoint file at first, and what it leaves there is saved when it fails", async () => {
  const attempts = new Attempts();
  const first = await attempts.through(1, `${PRINT}; printf 'row 7' > "$GIGQ_CHECKPOINT"; exit 1`);
  assertEquals([first.text("stdout"), first.saved], ["none", [{ checkpoint: "row 7" }]]);
  const second = await attempts.through(2, PRINT, stored("row 7", 1));
  assertEquals([second.result.type === "completed" && second.result.result, second.saved], ["row 7", []]);
});

test("the file and its folder are for their owner only", async () => {
  const script = 'stat -c %a "$GIGQ_CHECKPOINT" "$(dirname "$GIGQ_CHECKPOINT")"';
  const { result } = await new Attempts().through(2, script, stored("x", 1));
  assertEquals(result.type === "completed" && result.result, "600\n700");
});

test("a command that completes leaves nothing", async () => {
  const { saved } = await new Attempts().through(1, 'echo 1 > "$GIGQ_CHECKPOINT"');
  assertEquals(saved, []);
});

test("one that was told to stop is not done, whatever its exit code: its checkpoint is saved", async () => {
  const { context, ended } = new Attempts().run(
    1,
    `trap 'printf late > "$GIGQ_CHECKPOINT"; exit 0' TERM; echo up; while :; do sleep 0.05; done`,
  );
  await context.said("up");
  context.stop("timeout");
  assertEquals([(await ended).type, context.saved], ["completed", [{ checkpoint: "late" }]]);
});

test("what changes is saved before a heartbeat, what stays is not saved again", async () => {
  const { context, ended } = new Attempts().run(
    1,
    `printf 1 > "$GIGQ_CHECKPOINT"; echo one; trap 'exit 1' TERM; ` +
      `printf 22 > "$GIGQ_CHECKPOINT"; echo two; while :; do sleep 0.05; done`,
  );
  context.look();
  await context.said("two");
  context.look();
  context.look();
  context.stop("cancel");
  await ended;
  assertEquals(context.saved.at(-1), { checkpoint: "22" });
  assertEquals(context.saved.filter(({ checkpoint }) => checkpoint === "22").length, 1);
});

test("what a killed worker's attempt has left is found by the next one on this machine, and saved", async () => {
  const attempts = new Attempts();
  // As when the worker is gone: nothing is saved, and the file stays.
  const first = attempts.run(1, 'printf mine > "$GIGQ_CHECKPOINT"; echo x > "$GIGQ_CHECKPOINT.tmp"; exit 1');
  first.context.answer = () => Promise.reject(new LostError("gone"));
  await first.ended;
  const second = await attempts.through(2, `${PRINT}; exit 1`);
  assertEquals([second.text("stdout"), second.saved], ["mine", [{ checkpoint: "mine" }]]);
});

test("of a file and what is stored the later attempt's counts", async () => {
  const attempts = new Attempts();
  for (const attempt of [1, 2]) {
    const { context, ended } = attempts.run(attempt, `printf file${attempt} > "$GIGQ_CHECKPOINT"; exit 1`);
    context.answer = () => Promise.reject(new LostError("gone"));
    await ended;
  }
  // On another machine attempt 3 has gone further.
  const fourth = await attempts.through(4, `${PRINT}; exit 1`, stored("stored3", 3));
  assertEquals([fourth.text("stdout"), fourth.saved], ["stored3", []]);
});

test("a file of the attempt that saved last is as new or newer", async () => {
  const attempts = new Attempts();
  const first = attempts.run(1, 'printf newer > "$GIGQ_CHECKPOINT"; exit 1');
  first.context.answer = () => Promise.reject(new LostError("gone"));
  await first.ended;
  const second = await attempts.through(2, PRINT, stored("older", 1));
  assertEquals(second.result.type === "completed" && second.result.result, "newer");
});

test("a command that deletes its checkpoint starts from the beginning next time", async () => {
  const { saved } = await new Attempts().through(2, 'rm "$GIGQ_CHECKPOINT"; exit 1', stored("x", 1));
  assertEquals(saved, [{ checkpoint: null }]);
});

test("bytes that are no text, too many of them, and what is no file are not saved, and the log says so", async () => {
  for (
    const [script, why] of [
      [`printf '\\377' > "$GIGQ_CHECKPOINT"`, "it is not UTF-8 text"],
      [
        `head -c 1000001 /dev/zero > "$GIGQ_CHECKPOINT"`,
        "it has 1000001 bytes, more than the 1000000 allowed",
      ],
      [`ln -s /etc/passwd "$GIGQ_CHECKPOINT"`, "it is not a file"],
      [`mkfifo "$GIGQ_CHECKPOINT"`, "it is not a file"],
    ] as const
  ) {
    const context = await new Attempts().through(1, `${script}; exit 1`);
    assertEquals([context.saved, context.text("log")], [[], `The checkpoint is not saved: ${why}\n`]);
  }
});

test("text that grows beyond the bound as JSON is told, too", async () => {
  const attempts = new Attempts();
  const { context, ended } = attempts.run(1, 'printf x > "$GIGQ_CHECKPOINT"; exit 1');
  context.answer = () => Promise.reject(new Error("The checkpoint is 1000003 bytes of JSON"));
  await ended;
  await Promise.resolve();
  assertMatch(context.text("log"), /The checkpoint is not saved: .* bytes of JSON/);
  // It stays for the next attempt on this machine.
  assertEquals((await attempts.through(2, PRINT)).text("stdout"), "x");
});

test("a job cannot name another file", async () => {
  const context = new TestContext([], "/test/other.db");
  const job = claimed("command", {
    argv: ["sh", "-c", 'echo "$GIGQ_CHECKPOINT"'],
    env: { GIGQ_CHECKPOINT: "/x" },
  });
  const ended = await runner.run(job, context);
  assertMatch(String(ended.type === "completed" && ended.result), /-17-0-2$/);
});

Deno.test({
  name: "a folder that is a link, open to others, or no folder is not used",
  ignore,
  async fn(): Promise<void> {
    const root = await Deno.makeTempDir();
    try {
      assertEquals(prepare(`${root}/own`), { path: `${root}/own` });
      assertEquals(Deno.statSync(`${root}/own`).mode! & 0o777, 0o700);
      assertEquals(prepare(`${root}/own`), { path: `${root}/own` });
      await Deno.symlink(`${root}/own`, `${root}/link`);
      assertEquals(prepare(`${root}/link`), { problem: `${root}/link is not a folder` });
      await Deno.chmod(`${root}/own`, 0o750);
      assertEquals(prepare(`${root}/own`), { problem: `${root}/own is open to other users` });
      await Deno.writeTextFile(`${root}/file`, "");
      assertEquals(prepare(`${root}/file`), { problem: `${root}/file is not a folder` });
      assertEquals("problem" in prepare(`${root}/no/such`), true);
      if (Deno.uid() === 0) {
        await Deno.mkdir(`${root}/foreign`, { mode: 0o700 });
        await Deno.chown(`${root}/foreign`, 12_345, 12_345);
        assertEquals(prepare(`${root}/foreign`), { problem: `${root}/foreign belongs to another user` });
      }
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  },
});

Deno.test({
  name: "the signal of a policy reaches the whole group",
  ignore,
  async fn(): Promise<void> {
    const script = `trap 'echo parent' USR1; sh -c 'trap "echo child" USR1; echo up; ` +
      `while :; do sleep 0.02; done' & while :; do sleep 0.02; done`;
    for (const name of ["SIGUSR1", "USR1"]) {
      const { context, ended } = new Attempts().run(1, script, null, {
        timeoutMs: 60_000,
        signal: { name, beforeMs: 1_000 },
      });
      await context.said("up");
      context.warn();
      await Promise.all([context.said("parent"), context.said("child")]);
      context.stop("timeout");
      context.end();
      const result = await ended;
      assertEquals(result.type === "failed" && result.reason, "signal");
    }
  },
});
