/** Figures: jobs by status and queue. */

import type { Status } from "../../../core/job.ts";
import type { QueueStats, Stats } from "../../../core/ports.ts";
import { STATUSES } from "../../../core/transitions.ts";
import type { Redis } from "../script.ts";
import { reading } from "./guard.ts";
import { toFields } from "./job.ts";

const STATS = reading(
  "stats",
  String.raw`
return { call('HGETALL', P .. ':counts'), call('HGETALL', P .. ':lanes'), call('SMEMBERS', P .. ':paused') }`,
);

/** Counts, lanes by their JSON, paused queues. */
type StatsReply = readonly [readonly string[], readonly string[], readonly string[]];

export async function stats(redis: Redis): Promise<Stats> {
  const [flat, lanes, paused] = await redis.script<StatsReply>(STATS, "{}");
  const counts = toFields(flat);
  const countOf = (field: string): number => Number(counts.get(field) ?? 0);
  const statuses = Object.fromEntries(STATUSES.map((status, code) => [status, countOf(String(code))]));
  const queues = new Map(paused.map((queue) => [queue, {} as Partial<Record<Status, number>>]));
  for (const [lane, number] of toFields(lanes)) {
    const [queue] = JSON.parse(lane) as [string];
    STATUSES.forEach((status, code) => {
      const count = countOf(`${number}:${code}`);
      if (count === 0) return;
      const entry = queues.get(queue) ?? {};
      entry[status] = (entry[status] ?? 0) + count;
      queues.set(queue, entry);
    });
  }
  const sorted = [...queues].sort(([a], [b]) => a < b ? -1 : 1).map((
    [queue, entry],
  ): [string, QueueStats] => [
    queue,
    { paused: paused.includes(queue), statuses: entry },
  ]);
  return {
    total: STATUSES.reduce((sum, _, code) => sum + countOf(String(code)), 0),
    statuses: statuses as Record<Status, number>,
    queues: Object.fromEntries(sorted),
  };
}
