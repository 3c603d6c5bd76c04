import { assert, assertEquals } from "@std/assert";
import { BACKENDS, findBackend } from "../bench/backend.ts";
import { endure } from "../bench/endurance.ts";
import { enduranceOf, percentile, slope } from "../bench/endurance/figures.ts";
import { MEASURES } from "../bench/measures.ts";
import { runMeasure } from "../bench/run.ts";
import { slotRates } from "../bench/schedules.ts";
import { formatTable } from "../bench/table.ts";

for (const name of BACKENDS) {
  const backend = await findBackend(name);
  for (const measure of MEASURES) {
    Deno.test({
      name: `bench: ${measure.name} runs on ${name} at a tiny size`,
      ignore: backend === null,
      fn: async () => {
        const result = await runMeasure(measure, backend!, "smoke", 1);
        const figures = result.ours[0]!;
        assertEquals(Object.keys(figures).sort(), measure.rows.map((row) => row.key).sort());
        for (const [key, value] of Object.entries(figures)) {
          assert(Number.isFinite(value) && value > 0, `${key} is ${value}`);
        }
        assert(formatTable([result]).split("\n").length > measure.rows.length);
      },
    });
  }
}

Deno.test("bench: the table compares medians round by round and judges targets", () => {
  const measure = {
    name: "sample",
    rows: [{ key: "rate", label: (size: number) => `sample of ${size}`, unit: "/s" as const }],
    sizes: { full: 3, quick: 3, smoke: 3 },
    ours: () => Promise.resolve({ rate: 1 }),
    peers: [],
    targets: [{ row: "rate", peer: "other", least: 2 }],
  };
  const ours = [{ rate: 2_000 }, { rate: 9_000 }, { rate: 3_000 }];
  const other = [{ rate: 1_000 }, { rate: 1_000 }, { rate: 1_500 }];
  const table = formatTable([{
    measure,
    backend: "postgres",
    size: 3,
    ours,
    peers: new Map([["other", other], ["absent", []]]),
  }]);
  assertEquals(table.split("\n").slice(1, 3).map((line) => line.split(/ {2,}/)), [
    ["sample of 3", "postgres", "3,000/s", "other", "1,000/s", "2.00 ×", "≥ 2 met"],
    ["sample of 3", "postgres", "3,000/s", "absent", "peer missing"],
  ]);
});

Deno.test("bench: a short load over a short past gives every figure", async () => {
  const options = { history: 200, minutes: 0.05, rate: 50, workers: 1 };
  const figures = await endure(options, () => {});
  assert(figures.jobsDone > 0 && figures.claims > 0);
  for (const [key, value] of Object.entries(figures)) assert(Number.isFinite(value), `${key} is ${value}`);
});

Deno.test("bench: times of cron patterns are found by all at a tiny size", async () => {
  const found = await slotRates(1, 0.002);
  assert(found.length > 0);
  for (const { rates } of found) {
    assertEquals(Object.keys(rates), ["gigq", "croner", "cron-parser"]);
    for (const rate of Object.values(rates)) assert(Number.isFinite(rate) && rate > 0);
  }
});

Deno.test("bench: figures of a load are those of its first and last minute, and of its line", () => {
  const minutes = Array.from({ length: 11 }, (_, minute) => minute);
  const moments = minutes.map((minute) => ({
    atMs: minute * 60_000,
    walBytes: minute === 4 ? 9_000_000 : 1_000_000,
    workers: [{
      rssBytes: (100 + 2 * minute) * 1e6,
      heapBytes: 0,
      done: minute * 10,
      claimMs: [1 + minute, 2 + minute],
    }],
  }));
  assertEquals(enduranceOf(moments), {
    seconds: 600,
    jobsDone: 100,
    claims: 22,
    rssStartMb: 110,
    rssEndMb: 120,
    rssSlopeMbPerMinute: 2,
    walMaxMb: 9,
    claimP99FirstMs: 3,
    claimP99LastMs: 12,
    claimP99Ratio: 4,
  });
  assertEquals(percentile(minutes.toReversed(), 0.5), 5);
  assertEquals(slope([[0, 1], [2, 5]]), 2);
});
