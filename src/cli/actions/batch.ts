/** What `gigq batch` does. */

import { UsageError } from "../../core/errors.ts";
import type { Json, JsonObject } from "../../core/json.ts";
import { BOUNDS } from "../../core/bounds.ts";
import type { Enqueued, WorkflowRun } from "../../core/ports.ts";
import { type JobInput, type JobOptions, toNewJob } from "../../library/job_input.ts";
import { module } from "../../library/jobs.ts";
import { probeModule } from "../../library/probe.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";
import { BatchRun } from "../batch_run.ts";
import { haltText, maxFailsOption } from "../max_fails_option.ts";
import type { Placed } from "../moments.ts";
import { openServer, openToStore } from "../open_queue.ts";
import { jobOptions, momentsOf, resolveParents, saysMoment } from "../job_options.ts";
import { type Format, formatOption, type Item, items } from "../map/items.ts";
import { argvTemplate, commandTemplate, type JobTemplate } from "../map/job_template.ts";
import { fill, hasPlaceholder } from "../map/placeholders.ts";
import { splitPairs, typedValue } from "../params.ts";
import { uniqueOption } from "../unique_option.ts";

/** Stores a job for each item, a transaction for each read of the input, and prints the ids. */
export async function batchJobs(input: Input, io: Io): Promise<number> {
  const format = formatOption(input);
  const { options: rest, parents } = jobOptions(input);
  const unique = uniqueOption(input);
  const maxFails = maxFailsOption(input);
  const kind = input.string("module") === undefined ? "command" : "module";
  await using server = saysMoment(rest) ? await openServer(io, openToStore) : null;
  const moments = await momentsOf(rest, io);
  const options = { ...rest, ...moments?.place(io.now()).options };
  toNewJob({ kind, payload: {}, options: {} }, options, io.now(), io.jobs?.defaults); // bad options make no file
  const template = await templateOf(input, io, format);
  await using queue = server ?? await openToStore(io);
  const after = await resolveParents(parents, queue);
  const run = maxFails === undefined ? null : new BatchRun(queue, batchName(input), maxFails);
  if (moments !== null && !io.json) io.err(moments.echo);
  for await (const batch of items(io.stdin, format)) {
    const placed = moments?.place(queue.now());
    const jobs = batch.map((item) =>
      template(item, { ...options, ...placed?.options, after, ...filled(options.name, unique, item) })
    );
    const stored = await (run ?? queue).enqueue(jobs);
    await io.out(stored.map((job) => io.json ? jsonAnswer(job, placed) : `${job.id}\n`).join(""));
    const kept = stored.filter((job) => !job.created).length;
    if (kept > 0) io.err(`${kept} of these have their unique key already; nothing was added for them\n`);
    const halt = await run?.halted(stored) ?? null;
    if (halt !== null) return stopped(halt, io);
  }
  if (run?.id && io.errIsTerminal) {
    io.err(`Run ${run.id}; gigq workflow status ${run.id} shows how it stands\n`);
  }
  return 0;
}

function stopped(run: WorkflowRun, io: Io): number {
  io.err(`gigq: Stopped reading: run ${run.id} was halted, ${haltText(run)}\n`);
  return 1;
}

/** What the jobs run, as it was typed. */
function batchName(input: Input): string {
  const words = input.string("module") ?? input.string("shell") ?? input.literal.join(" ");
  return words.replace(/\p{Cc}+/gu, " ").trim().slice(0, BOUNDS.nameChars) || "batch";
}

function jsonAnswer({ id, created }: Enqueued, placed: Placed | undefined): string {
  return `${JSON.stringify({ id, created, ...created ? placed?.json : {} })}\n`;
}

async function templateOf(input: Input, io: Io, format: Format): Promise<JobTemplate> {
  const reference = input.string("module");
  const argv = argvTemplate(input, format);
  if ((argv.length > 0) === (reference !== undefined)) {
    throw new UsageError(
      reference === undefined ? "There is no command to run" : "Give one of -- COMMAND or --module",
      {
        hint: "Write gigq batch -- COMMAND {}",
      },
    );
  }
  if (reference === undefined) {
    if (input.strings("param").length > 0) {
      throw new UsageError("-p belongs to --module, and this is a command");
    }
    return commandTemplate(argv, input, io);
  }
  await probeModule(module(reference));
  return moduleTemplate(reference, splitPairs(input.strings("param"), "-p"));
}

/** The function's parameter: the record with the `-p` pairs added, the pairs alone for plain lines, or the line. */
function moduleTemplate(reference: string, pairs: ReadonlyMap<string, string>): JobTemplate {
  const target = module(reference);
  return (item, options): JobInput => {
    const added = Object.fromEntries([...pairs].map(([key, text]) => [key, pairValue(text, item)]));
    const params = pairs.size === 0 ? item.value : { ...recordOf(item.value), ...added };
    return { ...target, payload: { ...target.payload, params }, options };
  };
}

/** What an item fills in stays text: a file named `12` must not become a number. */
function pairValue(text: string, item: Item): Json {
  return hasPlaceholder(text, item.fields !== undefined) ? fill(text, item) : typedValue(text);
}

function recordOf(value: Json): JsonObject {
  return value !== null && typeof value === "object" && !Array.isArray(value) ? value as JsonObject : {};
}

function filled(name: string | undefined, unique: JobOptions["unique"], item: Item): JobOptions {
  return {
    name: name === undefined ? undefined : fill(name, item),
    unique: typeof unique === "object"
      ? { ...unique, key: fill(unique.key, item) }
      : unique && fill(unique, item),
  };
}
