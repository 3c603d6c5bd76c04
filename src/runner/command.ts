/** Programs as jobs: own process group, cleared environment, output to the log, standard output as the result. */

import type { ClaimedJob, RunContext, Runner, RunResult } from "../core/ports.ts";
import { CheckpointFiles } from "./command/checkpoint_file.ts";
import { allowedEnvironment, environmentOf } from "./command/environment.ts";
import { type Child, type Exit, startChild } from "./command/child.ts";
import { signalGroup, startOf } from "./command/group.ts";
import { Later } from "./command/later.ts";
import { Output } from "./command/output.ts";
import { type CommandPayload, toArgv, toCommand } from "./command/payload.ts";
import { findProgram, forgetPrograms, statOf } from "./command/program.ts";
import { type Groups, settle } from "./command/settle.ts";
import { openStdin } from "./command/stdin.ts";
import { refused } from "./failure.ts";
import { printedDelay } from "./retry_after.ts";

/**
 * Commands that end sooner are not registered: it costs a write, and asking for the start time of a process that
 * is just becoming the command waits for that. A rescuer finds them by their environment.
 */
const REGISTER_AFTER_MS = 50;

const registrations = new Later(REGISTER_AFTER_MS);

/** Exit codes by which a shell tells that a program cannot be started. */
const NOT_EXECUTABLE = 126;
const NOT_FOUND = 127;
/** `EX_TEMPFAIL` of sysexits(3): the command says that trying later may help. */
const TRY_LATER = 75;

const IS_WINDOWS = Deno.build.os === "windows";

/** Runs jobs of kind `command`. */
export class CommandRunner implements Runner {
  readonly kind = "command";
  readonly routes = ["command"];
  #base: Readonly<Record<string, string>> | null = null;
  readonly #checkpoints = new CheckpointFiles();
  /** Whether files may be looked at; otherwise what is missing shows only when the program starts. */
  readonly #mayLook = Deno.permissions.querySync({ name: "read" }).state === "granted";

  /** @param groups How process groups are seen and ended, where not as the platform does it */
  constructor(private readonly groups?: Groups) {}

  async run(job: ClaimedJob, context: RunContext): Promise<RunResult> {
    const payload = toCommand(job.payload);
    if (payload === null) return refused("BadPayload", "The command has no program to run");
    this.#base ??= allowedEnvironment();
    const env = environmentOf(this.#base, job, context, payload.env);
    const argv = toArgv(payload, IS_WINDOWS);
    const program = this.#mayLook ? find(argv, payload, env) : { file: null };
    if ("type" in program) return program;
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

    const output = new Output(context);
    const { file } = program;
    const checkpoint = await this.#checkpoints.prepare(job, context);
    if (checkpoint !== null) {
      env.GIGQ_CHECKPOINT = checkpoint.path;
      context.beforeBeat(checkpoint.look);
    }
    let result: RunResult;
    try {
      const child = await startChild({ argv, file, cwd: payload.cwd, env, stdin }, output.take);
      const { exit, gone } = await this.#attend(child, context, job.policy.signal?.name);
      if (exit.code === NOT_FOUND) forgetPrograms();
      result = toResult(exit, output);
      if (!gone) result = notStopped(result, child.pid);
    } catch (error) {
      result = cannotStart(argv[0]!, error);
    }
    checkpoint?.end(result.type === "completed" && !context.signal.aborted);
    return result;
  }

  /** From the start of a command to the end of everything it started. */
  async #attend(
    child: Child,
    context: RunContext,
    warnBy: string | undefined,
  ): Promise<{ readonly exit: Exit; readonly gone: boolean }> {
    const { pid } = child;
    const { signal, kill } = context;
    const ask = (): void => signalGroup(pid, "SIGTERM");
    const end = (): void => signalGroup(pid, "SIGKILL");
    signal.addEventListener("abort", ask, { once: true });
    kill.addEventListener("abort", end, { once: true });
    if (warnBy !== undefined) warnGroup(pid, warnBy, context);
    if (signal.aborted) ask();
    if (kill.aborted) end();
    const takeBack = registrations.plan(() => {
      void context.process({ pid, pidStart: this.#mayLook ? startOf(pid) : null }).catch(() => {});
    });
    try {
      const exit = await child.exited;
      const gone = await settle(child, context, this.groups);
      return { exit, gone };
    } finally {
      takeBack();
      signal.removeEventListener("abort", ask);
      kill.removeEventListener("abort", end);
    }
  }
}

/** Sends a command the signal that its policy asks for some time before its timeout. */
function warnGroup(pid: number, name: string, context: RunContext): void {
  const send = (): void => {
    if (IS_WINDOWS) context.log("log", `There is no ${name} on this system\n`);
    else signalGroup(pid, name.startsWith("SIG") ? name : `SIG${name}`);
  };
  const { warning } = context;
  if (warning.aborted) send();
  else warning.addEventListener("abort", send, { once: true });
}

/** The program's file, or why it cannot be started: what can be seen before anything starts. */
function find(
  argv: readonly string[],
  { cwd }: CommandPayload,
  env: Readonly<Record<string, string>>,
): { readonly file: string | null } | RunResult {
  if (cwd !== undefined && !statOf(cwd)?.isDirectory) {
    return refused("FolderNotFound", `Folder not found: ${cwd}`);
  }
  if (IS_WINDOWS) return { file: null };
  const program = findProgram(argv[0]!, env.PATH ?? "", cwd);
  if ("file" in program) return program;
  return program.problem === "missing" ? notFound(argv[0]!) : {
    ...refused("CommandNotExecutable", `Command is not executable: ${argv[0]}`),
    usage: { exitCode: NOT_EXECUTABLE },
  };
}

function toResult({ code, signal, cpuMs, maxRssBytes }: Exit, output: Output): RunResult {
  const usage = { cpuMs, maxRssBytes };
  if (signal !== null) {
    const error = { class: "CommandKilled", message: output.errorText() || `Ended by ${signal}` };
    return { type: "failed", reason: "signal", error, usage: { ...usage, signal } };
  }
  if (code === 0) return { type: "completed", result: output.result(), usage: { ...usage, exitCode: code } };
  const error = { class: "CommandFailed", message: output.errorText() || `Exited with code ${code}` };
  const failed = { type: "failed", reason: "exit", error, usage: { ...usage, exitCode: code } } as const;
  const retryAfterMs = code === TRY_LATER ? printedDelay(output.errorLines()) : undefined;
  return retryAfterMs === undefined ? failed : { ...failed, retryAfterMs };
}

/** What a command left behind may work on what a retry would: a failure is the last one, and says where to look. */
function notStopped(result: RunResult, group: number): RunResult {
  if (result.type === "completed") return { ...result, notStopped: true };
  const message =
    `A process of group ${group} did not end when it was killed and may still be running, so the ` +
    `command is not tried again; requeue it when the process has ended (ps -e -o pid,pgid,stat,args)`;
  const first = result.error === null ? "" : `${result.error.message}\n`;
  return { ...result, error: { class: "NotStopped", message: first + message }, notStopped: true };
}

function notFound(program: string): RunResult {
  return { ...refused("CommandNotFound", `Command not found: ${program}`), usage: { exitCode: NOT_FOUND } };
}

function cannotStart(program: string, error: unknown): RunResult {
  if (error instanceof Deno.errors.NotFound) return notFound(program);
  return refused("CommandNotStarted", `Cannot start ${program}: ${(error as Error).message}`, false);
}
