/** A small archive of made-up events: for the demo and the tests on machines without the real one. */

import { join } from "node:path";
import { gzipSync } from "node:zlib";

/** How many different names there are. */
const REPOS = 40;
const ACTORS = 60;

/** What a sample is made of. */
export interface SampleOptions {
  readonly date: string;
  readonly hours: readonly number[];
  /** Events an hour; default 500. */
  readonly events?: number;
}

/** Writes `DATE-H.json.gz` files into a folder, the same ones every time. */
export async function writeSample(
  folder: string,
  { date, hours, events = 500 }: SampleOptions,
): Promise<void> {
  for (const hour of hours) {
    const lines = Array.from({ length: events }, (_, index) => JSON.stringify(sampleEvent(hour, index)));
    await Deno.writeFile(join(folder, `${date}-${hour}.json.gz`), gzip(lines));
  }
}

/** Lines as a gzipped file has them. */
export function gzip(lines: readonly string[]): Uint8Array<ArrayBuffer> {
  return new Uint8Array(gzipSync(lines.map((line) => `${line}\n`).join("")));
}

/** One event, decided by its hour and number alone. */
export function sampleEvent(hour: number, index: number): Record<string, unknown> {
  const type = index % 5 === 0 ? "WatchEvent" : index % 7 === 0 ? "IssuesEvent" : "PushEvent";
  // Squares spread unevenly, so that the lists of the report have something to rank.
  const repo = `sample/repository-${(index * index + hour) % REPOS}`;
  const commits = Array.from({ length: index % 4 }, (_, number) => ({ sha: `${hour}-${index}-${number}` }));
  return {
    id: `${hour}-${index}`,
    type,
    actor: { login: `octocat-${(index * index + 3 * hour) % ACTORS}` },
    repo: { name: repo },
    payload: type === "PushEvent" ? { commits } : {},
  };
}
