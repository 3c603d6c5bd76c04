/**
 * `deno task bench [--quick] [--rounds=N] [--backend=sqlite,postgres,redis] [--json] [MEASURE…]`: what GigQ does in a
 * second, on each backend that answers, beside others doing the same on the same engine.
 *
 * The peers are installed on first use into the user's cache folder, with npm, and run under Node. `--smoke` runs every
 * measure once at a tiny size, without peers. Servers are those of the tests (`tests/servers.ts`); what is written there
 * is in a schema or under a prefix of its own, and deleted.
 */

import { type Backend, type BackendName, BACKENDS, findBackend } from "./backend.ts";
import type { Scale } from "./measure.ts";
import { findMeasure, MEASURES } from "./measures.ts";
import { type PeerName, preparePeer } from "./peer/install.ts";
import { type Result, runMeasure } from "./run.ts";
import { formatTable } from "./table.ts";

const PEERS: Readonly<Record<BackendName, readonly PeerName[]>> = {
  sqlite: ["plainjob"],
  postgres: ["pg-boss", "graphile-worker"],
  redis: ["bullmq"],
};

const args = [...Deno.args];
const scale: Scale = args.includes("--smoke") ? "smoke" : args.includes("--quick") ? "quick" : "full";
const rounds = Number(option("rounds") ?? (scale === "full" ? 5 : 3));
if (!(rounds >= 1)) throw new Error(`--rounds=${option("rounds")} is not a number of rounds`);
const names = args.filter((arg) => !arg.startsWith("--"));
const measures = names.length === 0 ? MEASURES : names.map(findMeasure);
const backends = await findBackends(option("backend")?.split(","));

if (scale !== "smoke") {
  for (const peer of backends.flatMap(({ name }) => PEERS[name])) await preparePeer(peer);
}
const results: Result[] = [];
for (const measure of measures) {
  for (const backend of backends) {
    if (scale !== "smoke") console.error(`${measure.name} on ${backend.name} …`);
    try {
      const result = await runMeasure(measure, backend, scale, rounds);
      results.push(result);
      // Who is interrupted keeps what has been measured.
      if (scale !== "smoke") console.error(formatTable([result]));
    } catch (error) {
      // The other figures are worth having all the same.
      console.error(
        `${measure.name} on ${backend.name} failed: ${error instanceof Error ? error.message : error}`,
      );
      Deno.exitCode = 1;
    }
  }
}
if (args.includes("--json")) {
  for (const { measure, peers, ...rest } of results) {
    console.log(JSON.stringify({ measure: measure.name, ...rest, peers: Object.fromEntries(peers) }));
  }
} else {
  const { os, arch } = Deno.build;
  console.log(
    `${os} ${arch}, ${navigator.hardwareConcurrency} cores, Deno ${Deno.version.deno}, ${rounds} rounds\n`,
  );
  console.log(formatTable(results));
}

function option(name: string): string | undefined {
  return args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
}

/** Those asked for, which must answer; else all that answer. */
async function findBackends(asked: readonly string[] | undefined): Promise<Backend[]> {
  const found: Backend[] = [];
  for (const name of asked ?? BACKENDS) {
    const backend = await findBackend(name);
    if (backend !== null) found.push(backend);
    else if (asked !== undefined) throw new Error(`--backend=${name}: its server does not answer`);
  }
  return found;
}
