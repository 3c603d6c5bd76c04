/** Runs measures in rounds, ours and the peers' in turn, so that a busy moment of the machine hits both. */

import type { Backend } from "./backend.ts";
import type { Figures, Measure, Scale } from "./measure.ts";
import { runOurs } from "./process.ts";

/** The figures of all rounds; a peer that is missing has none. */
export interface Result {
  readonly measure: Measure;
  readonly backend: Backend["name"];
  readonly size: number;
  readonly ours: readonly Figures[];
  readonly peers: ReadonlyMap<string, readonly Figures[]>;
}

export async function runMeasure(
  measure: Measure,
  backend: Backend,
  scale: Scale,
  rounds: number,
): Promise<Result> {
  const size = measure.sizes[scale];
  const base = { measure, backend: backend.name, size };
  if (scale === "smoke") return { ...base, ours: [await measure.ours(size, backend)], peers: new Map() };
  const rivals = measure.peers.filter((peer) => peer.backend === undefined || peer.backend === backend.name);
  const ours: Figures[] = [];
  const peers = new Map<string, Figures[]>(rivals.map((peer) => [peer.name, []]));
  for (let round = 0; round < rounds; round++) {
    const turns = [
      async () => void ours.push(await runOurs(measure.name, size, backend.name)),
      ...rivals.map((peer) => async () => {
        const figures = await peer.run(size, backend);
        if (figures !== null) peers.get(peer.name)!.push(figures);
      }),
    ];
    // Whoever goes first meets a colder disk cache: take turns.
    for (const turn of round % 2 === 0 ? turns : turns.reverse()) await turn();
  }
  return { ...base, ours, peers };
}
