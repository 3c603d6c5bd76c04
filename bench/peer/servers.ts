/** The same work done by the queues that people use on PostgreSQL and Redis, in Node processes. */

import type { BackendName } from "../backend.ts";
import type { Figures, Peer } from "../measure.ts";
import { capture } from "../process.ts";
import { peerFolder, type PeerName } from "./install.ts";

/** How a peer is run: which package, on which engine, by which file of `bench/peer/servers/`. */
interface ServerPeer {
  readonly name: string;
  readonly package: PeerName;
  readonly backend: BackendName;
  readonly file: string;
}

const SERVER_PEERS: readonly ServerPeer[] = [
  { name: "pg-boss", package: "pg-boss", backend: "postgres", file: "pg_boss" },
  { name: "graphile-worker", package: "graphile-worker", backend: "postgres", file: "graphile_worker" },
  { name: "bullmq", package: "bullmq", backend: "redis", file: "bullmq" },
];

/** graphile-worker deletes what it has completed; this one keeps it, by a trigger. */
const KEEPING: ServerPeer = {
  name: "graphile-worker, kept",
  package: "graphile-worker",
  backend: "postgres",
  file: "graphile_worker_kept",
};

/** The peers for the measure of this name; see `servers/peer.mjs`. */
export function serverPeers(measure: string): readonly Peer[] {
  const peers = measure.startsWith("drain") ? [...SERVER_PEERS, KEEPING] : SERVER_PEERS;
  return peers.map(({ name, package: installed, backend, file }) => ({
    name,
    backend,
    run: async (size, { url }): Promise<Figures | null> => {
      const folder = peerFolder(installed);
      if (folder === null) return null;
      const args = ["bench/peer/servers/peer.mjs", folder, file, url!, measure, `${size}`];
      return JSON.parse(await capture("node", args));
    },
  }));
}
