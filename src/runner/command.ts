/** Programs as jobs: own process group, cleared environment, output to the log, standard output as the result. */

import type { ClaimedJob, RunContext, Runner, RunResult } from "../core/ports.ts";
import { allowedEnvironment, environmentOf } from "./command/environment.ts";
import { asGroup, signalGroup, startOf } from "./command/group.ts";
import { Output } from "./command/output.ts";
import { type CommandPayload, toArgv, toCommand } from "./command/payload.ts";
import { checkProgram, forgetPrograms, statOf } from "./command/program.ts";
import { settle } from "./command/settle.ts";
import { feed, openStdin } from "./command/stdin.ts";
import { refused } from "./failure.ts";

/**
 * Commands that end sooner are not registered: it costs a write, and asking for the start time of a process that
 * is just becoming the command waits for that. A rescuer finds them by their environment.
 */
const REGISTER_AFTER_MS = 50;

const IS_WINDOWS = Deno.build.os === "windows";

/** Runs jobs of kind `command`. */
export class CommandRunner implements Runner {
  readonly kind = "command";
  readonly routes = ["command"];
  #base: Readonly<Record<string, string>> | null = null;
  /** Whether files may be looked at; otherwise what is missing shows only when the program starts. */
  readonly #mayLook = Deno.permissions.querySync({ name: "read" }).state === "granted";

  async run(job: ClaimedJob, context: RunContext): Promise<RunResult> {
    const payload = toCommand(job.payload);
    if (payload === null) return refused("BadPayload", "The command has no program to run");
    this.#base ??= allowedEnvironment();
    const env = environmentOf(this.#base, job, context.location, payload.env);
    const argv = toArgv(payload, IS_WINDOWS);
    const problem = this.#mayLook ? this.#check(argv, payload, env) : null;
    if (problem !== null) return problem;
    let stdin: ReadableStream<Uint8Array> | null = null;
    if (payload.stdin !== undefined) {
      try {
        stdin = await openStdin(payload.stdin, payload.cwd);
      } catch (error) {
        const file = "file" in payload.stdin ? payload.stdin.file : "text";
        return refused("StdinNotFound", `Cannot read ${file} for stdin: ${(error as Error).message}`);
      }
    }
    if (context.signal.aborted) return refused("Stopped", "Stopped before it started", false);

    const { command, wrapped } = asGroup(argv, {
      ...(payload.cwd === undefined ? {} : { cwd: payload.cwd }),
      clearEnv: true,
      env,
      stdin: stdin === null ? "null" : "piped",
      stdout: "piped",
      stderr: "piped",
    });
    let child: Deno.ChildProcess;
    try {
      child = command.spawn();
    } catch (error) {
      return cannotStart(argv[0]!, error);
    }
    const result = await this.#attend(child, stdin, context);
    if (wrapped && result.usage?.exitCode === 127) forgetPrograms();
    return result;
  }

  /** What can be seen to be wrong before anything starts. */
  #check(
    argv: readonly string[],
    payload: CommandPayload,
    env: Readonly<Record<string, string>>,
  ): RunResult | null {
    const cwd = payload.cwd ?? Deno.cwd();
    if (payload.cwd !== undefined && !statOf(payload.cwd)?.isDirectory) {
      return refused("FolderNotFound", `Folder not found: ${payload.cwd}`);
    }
    if (IS_WINDOWS) return null;
    switch (checkProgram(argv[0]!, env.PATH ?? "", cwd)) {
      case "missing":
        return { ...refused("CommandNotFound", `Command not found: ${argv[0]}`), usage: { exitCode: 127 } };
      case "not executable":
        return {
          ...refused("CommandNotExecutable", `Command is not executable: ${argv[0]}`),
          usage: { exitCode: 126 },
        };
      case null:
        return null;
    }
  }

  async #attend(
    child: Deno.ChildProcess,
    stdin: ReadableStream<Uint8Array> | null,
    context: RunContext,
  ): Promise<RunResult> {
    const { pid } = child;
    const { signal, kill } = context;
    const ask = (): void => signalGroup(pid, "SIGTERM");
    const end = (): void => signalGroup(pid, "SIGKILL");
    signal.addEventListener("abort", ask, { once: true });
    kill.addEventListener("abort", end, { once: true });
    const registration = setTimeout(() => {
      void context.process({ pid, pidStart: this.#mayLook ? startOf(pid) : null }).catch(() => {});
    }, REGISTER_AFTER_MS);
    const output = new Output(child, context);
    if (stdin !== null) void feed(child, stdin);
    try {
      const status = await child.status;
      await settle(pid, output, context);
      return toResult(status, output);
    } finally {
      clearTimeout(registration);
      signal.removeEventListener("abort", ask);
      kill.removeEventListener("abort", end);
    }
  }
}

function toResult(status: Deno.CommandStatus, output: Output): RunResult {
  if (status.success) return { type: "completed", result: output.result(), usage: { exitCode: 0 } };
  const said = output.errorText();
  if (status.signal !== null) {
    const error = { class: "CommandKilled", message: said || `Ended by ${status.signal}` };
    return { type: "failed", reason: "signal", error, usage: { signal: status.signal } };
  }
  const error = { class: "CommandFailed", message: said || `Exited with code ${status.code}` };
  return { type: "failed", reason: "exit", error, usage: { exitCode: status.code } };
}

function cannotStart(program: string, error: unknown): RunResult {
  if (error instanceof Deno.errors.NotFound) {
    return { ...refused("CommandNotFound", `Command not found: ${program}`), usage: { exitCode: 127 } };
  }
  return refused("CommandNotStarted", `Cannot start ${program}: ${(error as Error).message}`, false);
}
