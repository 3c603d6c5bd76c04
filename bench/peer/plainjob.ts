/** The same work done by plainjob, in a Node process. */

import type { Figures, Peer } from "../measure.ts";
import { capture } from "../process.ts";
import { peerFolder } from "./install.ts";

/** The peer for the measure of this name; see `plainjob.mjs`. */
export function plainjob(measure: string): Peer {
  return {
    name: "plainjob",
    backend: "sqlite",
    run: async (size): Promise<Figures | null> => {
      const folder = peerFolder("plainjob");
      if (folder === null) return null;
      return JSON.parse(await capture("node", ["bench/peer/plainjob.mjs", folder, measure, `${size}`]));
    },
  };
}
