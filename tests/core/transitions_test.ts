import { assert, assertEquals } from "@std/assert";
import type { Rule, Status } from "../../src/core/job.ts";
import {
  FINAL,
  isFinal,
  isLegal,
  isPending,
  PENDING,
  satisfies,
  STATUSES,
  TRANSITIONS,
} from "../../src/core/transitions.ts";

/** Every status that can be reached from one of `starts`. */
function reachable(starts: readonly Status[]): Set<Status> {
  const seen = new Set<Status>(starts);
  for (const from of seen) for (const to of TRANSITIONS[from]) seen.add(to);
  return seen;
}

Deno.test("every status is pending, running or final, and only one of them", () => {
  for (const status of STATUSES) {
    const kinds = [isPending(status), status === "running", isFinal(status)];
    assertEquals(kinds.filter(Boolean).length, 1, status);
  }
  assertEquals([...PENDING, "running", ...FINAL], [...STATUSES]);
});

Deno.test("the table knows every status and names no other, each move once, none to itself", () => {
  assertEquals(Object.keys(TRANSITIONS).sort(), [...STATUSES].sort());
  for (const [from, moves] of Object.entries(TRANSITIONS)) {
    assertEquals(new Set(moves).size, moves.length, from);
    for (const to of moves) {
      assert((STATUSES as readonly string[]).includes(to), `${from} → ${to}`);
      assert(from !== to, from);
      assert(isLegal(from as Status, to));
    }
  }
});

Deno.test("every status is reached from a new job, and every end from every status", () => {
  assertEquals(reachable(PENDING).size, STATUSES.length);
  for (const status of STATUSES) {
    for (const end of FINAL) assert(reachable([status]).has(end), `${status} → ${end}`);
  }
});

Deno.test("a job runs only from ready, and completes only from running", () => {
  for (const from of STATUSES) {
    assertEquals(isLegal(from, "running"), from === "ready", from);
    assertEquals(isLegal(from, "completed"), from === "running", from);
    assertEquals(isLegal(from, "skipped"), from === "blocked", from);
  }
});

Deno.test("every unfinished job can fail and be cancelled", () => {
  for (const from of [...PENDING, "running"] as const) {
    assert(isLegal(from, "failed"), from);
    assert(isLegal(from, "cancelled"), from);
  }
});

Deno.test("an end is left only for a new life, never for another end", () => {
  for (const end of FINAL) assertEquals([...TRANSITIONS[end]].sort(), [...PENDING].sort());
});

Deno.test("rules: which ends of a parent satisfy them", () => {
  const satisfied: Record<Rule, readonly Status[]> = {
    success: ["completed"],
    failure: ["failed"],
    finished: FINAL,
  };
  for (const [rule, ends] of Object.entries(satisfied) as [Rule, readonly Status[]][]) {
    for (const status of STATUSES) {
      assertEquals(satisfies(status, rule), ends.includes(status), `${status} ${rule}`);
    }
  }
});
