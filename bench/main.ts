/**
 * `deno task bench [--quick] [--rounds=N] [--json] [MEASURE…]`: what GigQ does in a second, beside others doing the same.
 *
 * The peer `plainjob` is installed on first use into the user's cache folder, with npm, and runs under Node with
 * `better-sqlite3`, its faster driver there. `--smoke` runs every measure once at a tiny size, without peers.
 */

import type { Scale } from "./measure.ts";
import { findMeasure, MEASURES } from "./measures.ts";
import { preparePlainjob } from "./peer/install.ts";
import { type Result, runMeasure } from "./run.ts";
import { formatTable } from "./table.ts";

const args = [...Deno.args];
const scale: Scale = args.includes("--smoke") ? "smoke" : args.includes("--quick") ? "quick" : "full";
const given = args.find((arg) => arg.startsWith("--rounds="))?.slice("--rounds=".length);
const rounds = given === undefined ? (scale === "full" ? 5 : 3) : Number(given);
if (!(rounds >= 1)) throw new Error(`--rounds=${given} is not a number of rounds`);
const names = args.filter((arg) => !arg.startsWith("--"));
const measures = names.length === 0 ? MEASURES : names.map(findMeasure);

if (scale !== "smoke") await preparePlainjob();
const results: Result[] = [];
for (const measure of measures) {
  if (scale !== "smoke") console.error(`${measure.name} …`);
  try {
    results.push(await runMeasure(measure, scale, rounds));
  } catch (error) {
    // The other figures are worth having all the same.
    console.error(`${measure.name} failed: ${error instanceof Error ? error.message : error}`);
    Deno.exitCode = 1;
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
