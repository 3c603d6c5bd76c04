/** One hour: download or open, unpack, count, keep the counts. */

import { join } from "node:path";
import { type JobContext, PermanentError } from "../../mod.ts";
import { aggregatePath, type Origin, readAggregate, writeAggregate } from "./aggregate.ts";
import { countLine, type Counts, noCounts } from "./counts.ts";
import { unpackedLines } from "./lines.ts";
import { isUrl } from "./options.ts";

/** What the step is given. */
export interface HourParams {
  readonly date: string;
  readonly hour: number;
  readonly source: string;
  readonly work: string;
}

/** What the step returns; the names themselves are in `file`. */
export type HourResult = {
  readonly file: string;
  readonly events: number;
  readonly badLines: number;
  /** The counts were there already, from a run before. */
  readonly reused: boolean;
};

/** An archive that is open: its bytes, and where they come from. */
interface Opened {
  readonly origin: Origin;
  readonly body: ReadableStream<Uint8Array>;
}

/** Lines between two signs of progress. */
const REPORT_EVERY = 2_000;

/**
 * Counts one hour, unless that was done before.
 *
 * @throws {PermanentError} When there is no such archive, or a file is damaged: trying again would not help
 * @throws {Error} When a download breaks off: the next attempt may do better
 */
export async function countHour(params: HourParams, ctx: JobContext): Promise<HourResult> {
  const name = `${params.date}-${params.hour}`;
  await Deno.mkdir(params.work, { recursive: true });
  const origin = await originOf(params, name);
  const file = aggregatePath(params.work, origin);
  const before = await readAggregate(file, origin);
  if (before !== null) {
    ctx.log(`${name}: counted before, ${before.events} events`);
    return { file, events: before.events, badLines: before.badLines, reused: true };
  }
  const counts = await count(await open(params, origin, name, ctx.signal), name, ctx);
  await writeAggregate(file, origin, counts);
  ctx.log(`${name}: ${counts.events} events, ${counts.badLines} bad lines`);
  return { file, events: counts.events, badLines: counts.badLines, reused: false };
}

async function count({ origin, body }: Opened, name: string, ctx: JobContext): Promise<Counts> {
  const counts = noCounts();
  let lines = 0;
  try {
    for await (const line of unpackedLines(body)) {
      countLine(counts, line);
      if (++lines % REPORT_EVERY === 0) {
        ctx.signal.throwIfAborted();
        ctx.progress({ events: counts.events });
      }
    }
  } catch (error) {
    ctx.signal.throwIfAborted();
    throw describe(error as Error & { code?: string }, name, counts.events, origin);
  }
  return counts;
}

/** Says what is wrong with an archive, and how far it could be read. */
function describe(error: Error & { code?: string }, name: string, events: number, origin: Origin): Error {
  const read = `${events} events could be read`;
  const message = error.code === "Z_BUF_ERROR"
    ? `Archive ${name} is truncated: ${read} before it ends`
    : error.code === "Z_DATA_ERROR"
    ? `Archive ${name} is damaged: ${read} (${error.message})`
    : `Archive ${name} broke off: ${read} (${error.message})`;
  return isUrl(origin.source) ? new Error(message) : new PermanentError(message);
}

async function originOf({ date, hour, source }: HourParams, name: string): Promise<Origin> {
  if (isUrl(source)) return { date, hour, source, size: null };
  try {
    const { size } = await Deno.stat(join(source, `${name}.json.gz`));
    return { date, hour, source, size };
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) throw missing(name, source);
    throw error;
  }
}

async function open(params: HourParams, origin: Origin, name: string, signal: AbortSignal): Promise<Opened> {
  const { source } = params;
  if (!isUrl(source)) {
    const file = await Deno.open(join(source, `${name}.json.gz`));
    return { origin, body: file.readable };
  }
  const response = await fetch(`${source}/${name}.json.gz`, { signal });
  if (response.ok && response.body !== null) return { origin, body: response.body };
  await response.body?.cancel();
  if (response.status === 404) throw missing(name, source);
  throw new Error(`Archive ${name}: ${source} answered ${response.status} ${response.statusText}`);
}

function missing(name: string, source: string): PermanentError {
  return new PermanentError(`There is no archive for ${name} at ${source}`);
}
