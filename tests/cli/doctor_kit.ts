/** What the tests of `gigq doctor` share. */

import { assertEquals } from "@std/assert";
import { DatabaseSync } from "node:sqlite";
import type { Finding } from "../../src/core/ports.ts";
import { command } from "../../src/library/jobs.ts";
import { added, advanced, newFiring, stepOf } from "../../src/testing/contract/schedules_kit.ts";
import { gigq, NOW, QueueFixture } from "./fixture.ts";

/** What a check-up says of a queue, by check. */
export async function findings(
  db: string,
  argv: readonly string[] = [],
): Promise<{ code: number; found: Finding[]; of: (check: string) => Finding[] }> {
  const { code, out, err } = await gigq(["doctor", "--json", "--db", db, ...argv]);
  assertEquals(err, "");
  const found = out.trim().split("\n").map((line) => JSON.parse(line) as Finding);
  return { code, found, of: (check) => found.filter((finding) => finding.check === check) };
}

/** Changes a database behind the back of GigQ. */
export function tamper(db: string, sql: string): void {
  const database = new DatabaseSync(db);
  database.exec(`PRAGMA ignore_check_constraints = ON; ${sql}`);
  database.close();
}

/** Stores a schedule that is due at a time, and has a history. */
export async function addSchedule(
  { queue: { store } }: QueueFixture,
  name: string,
  nextAt: number,
): Promise<void> {
  const schedule = await added(store, name, { nextAt });
  await advanced(
    store,
    stepOf(schedule, { firings: [newFiring(schedule, NOW, "skipped", { reason: "why" })] }),
  );
}

/** A queue with a job that ran, one that depends on one that did not, and some more. */
export async function someQueue(): Promise<QueueFixture> {
  const fixture = await QueueFixture.open();
  await fixture.queue.submit(command(["true"]));
  await fixture.finish({ type: "completed", result: 1 });
  const parent = await fixture.queue.submit(command(["true"]));
  await fixture.queue.submit(command(["true"]), { after: [parent] });
  await fixture.queue.submit(command(["true"]), { queue: "images" });
  return fixture;
}
