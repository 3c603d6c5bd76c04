/**
 * `deno task lock`: writes `npm/deno.lock` anew after a dependency was added or changed. All other tasks run with
 * `--frozen`: they refuse a package that is not locked, or whose content is not what it was.
 */

import { deno } from "./step.ts";

const LOCK = "npm/deno.lock";
const MAP = "npm/import_map.json";

async function main(): Promise<number> {
  const map: Record<string, string> = JSON.parse(await Deno.readTextFile(MAP)).imports;
  const packages = Object.keys(map).filter((name) => map[name]!.startsWith("npm:"));
  // Reaches every package, whichever of them the sources import today.
  const entry = await Deno.makeTempFile({ suffix: ".ts" });
  const old = await Deno.readTextFile(LOCK).catch(() => null);
  try {
    await Deno.writeTextFile(entry, packages.map((name) => `import ${JSON.stringify(name)};\n`).join(""));
    if (old !== null) await Deno.remove(LOCK);
    const code = await deno("cache", "--config=deno.json", `--import-map=${MAP}`, `--lock=${LOCK}`, entry);
    if (code !== 0 && old !== null) await Deno.writeTextFile(LOCK, old);
    return code;
  } finally {
    await Deno.remove(entry);
  }
}

if (import.meta.main) Deno.exit(await main());
