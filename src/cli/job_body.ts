/** What a job runs, from the options that say it: a command, a script, a function of a module, or a request. */

import { UsageError } from "../core/errors.ts";
import type { JobInput } from "../library/job_input.ts";
import { command, module } from "../library/jobs.ts";
import type { Input } from "./command.ts";
import { httpBody } from "./http_options.ts";
import type { Io } from "./io.ts";
import { placeOfCommand, stdinOption } from "./job_options.ts";
import { allParams } from "./params.ts";
import { importLate } from "./tree.ts";

/** Options that only one kind of job has, to refuse them for the others instead of ignoring them. */
const OWN_OPTIONS: Readonly<Record<string, readonly string[]>> = {
  command: ["cwd", "stdin"],
  module: ["params"],
  http: ["method", "body", "accept"],
};
const OWN_LISTS: Readonly<Record<string, readonly string[]>> = {
  command: ["env"],
  module: ["param"],
  http: ["header"],
};

/** How many of them were given: `-- COMMAND`, `--shell`, `--module` and `--http`. */
export function countBodies(input: Input): number {
  const options = ["shell", "module", "http"].filter((name) => input.string(name) !== undefined);
  return options.length + (input.literal.length > 0 ? 1 : 0);
}

/**
 * The job that the options describe.
 *
 * @param missing What is said where there is none
 * @throws {UsageError} For none or several, and for an option that another kind of job has
 */
export async function jobOf(
  input: Input,
  io: Io,
  missing: { readonly nothing: string; readonly hint: string },
): Promise<JobInput> {
  const count = countBodies(input);
  if (count !== 1) {
    throw new UsageError(
      count > 1 ? "Give one of -- COMMAND, --shell, --module or --http" : missing.nothing,
      {
        hint: missing.hint,
      },
    );
  }
  const script = input.string("shell");
  const reference = input.string("module");
  const url = input.string("http");
  refuseOthers(input, reference !== undefined ? "module" : url !== undefined ? "http" : "command");
  if (reference !== undefined) return await moduleJob(reference, input, io);
  if (url !== undefined) return await httpBody(url, input, io);
  const options = { ...placeOfCommand(input, io), stdin: await stdinOption(input, io) };
  return script === undefined
    ? command(input.literal, options)
    : command(script, { ...options, shell: true });
}

function refuseOthers(input: Input, kind: string): void {
  for (const other of Object.keys(OWN_OPTIONS)) {
    if (other === kind) continue;
    const given = OWN_OPTIONS[other]!.find((name) => input.string(name) !== undefined) ??
      OWN_LISTS[other]!.find((name) => input.strings(name).length > 0);
    if (given !== undefined) {
      throw new UsageError(`--${given} belongs to a ${other} job, and this is a ${kind} job`);
    }
  }
}

async function moduleJob(reference: string, input: Input, io: Io): Promise<JobInput> {
  const job = module(reference, await allParams(input, io));
  const { probeModule } = await importLate<typeof import("../library/probe.ts")>("../library/probe.ts");
  await probeModule(job);
  return job;
}
