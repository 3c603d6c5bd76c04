/** Runs measures in rounds, ours and the peers' in turn, so that a busy moment of the machine hits both. */

import type { Figures, Measure, Scale } from "./measure.ts";
import { runOurs } from "./process.ts";

/** The figures of all rounds; a peer that is missing has none. */
export interface Result {
  readonly measure: Measure;
  readonly size: number;
  readonly ours: readonly Figures[];
  readonly peers: ReadonlyMap<string, readonly Figures[]>;
}

export async function runMeasure(measure: Measure, scale: Scale, rounds: number): Promise<Result> {
  const size = measure.sizes[scale];
  if (scale === "smoke") return { measure, size, ours: [await measure.ours(size)], peers: new Map() };
  const ours: Figures[] = [];
  const peers = new Map<string, Figures[]>(measure.peers.map((peer) => [peer.name, []]));
  for (let round = 0; round < rounds; round++) {
    const turns = [
      async () => void ours.push(await runOurs(measure.name, size)),
      ...measure.peers.map((peer) => async () => {
        const figures = await peer.run(size);
        if (figures !== null) peers.get(peer.name)!.push(figures);
      }),
    ];
    // Whoever goes first meets a colder disk cache: take turns.
    for (const turn of round % 2 === 0 ? turns : turns.reverse()) await turn();
  }
  return { measure, size, ours, peers };
}
