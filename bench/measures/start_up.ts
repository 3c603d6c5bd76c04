/** One command typed at the shell: how long until the prompt is back. */

import type { Backend } from "../backend.ts";
import type { Figures, Measure, Peer } from "../measure.ts";
import { plainjob } from "../peer/plainjob.ts";
import { capture, DENO_FLAGS } from "../process.ts";
import { median, timeMs } from "../timing.ts";

async function medianMs(rounds: number, work: () => Promise<unknown>): Promise<number> {
  await work();
  const times: number[] = [];
  for (let i = 0; i < rounds; i++) times.push(await timeMs(work));
  return median(times);
}

async function ours(size: number, backend: Backend): Promise<Figures> {
  return await backend.withPlace(async (location) => {
    const args = ["run", "--quiet", ...DENO_FLAGS, "main.ts", "submit", "--db", location, "--", "true"];
    return { submit: await medianMs(size, () => capture(Deno.execPath(), args)) };
  });
}

const emptyDeno: Peer = {
  name: "deno run empty.ts",
  run: async (size) => ({
    submit: await medianMs(
      size,
      () => capture(Deno.execPath(), ["run", "--quiet", "-A", "bench/peer/empty.ts"]),
    ),
  }),
};

export const startUp: Measure = {
  name: "start_up",
  rows: [{ key: "submit", label: () => "gigq submit -- true, start to end", unit: "ms" }],
  sizes: { full: 15, quick: 7, smoke: 1 },
  ours,
  peers: [emptyDeno, plainjob("start_up")],
  targets: [{ row: "submit", peer: emptyDeno.name, most: 2.5 }],
};
