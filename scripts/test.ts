/**
 * `deno task test`: formats, lint, types, documentation, tests. With paths or options for `deno test` as
 * arguments it only runs those tests.
 *
 * The last line of stdout is `N passed, N failed`.
 */

import { sourceFiles } from "./files.ts";
import { addTotals, readTotals, type Totals } from "./junit.ts";
import { foreignParser, type Registry, registryFlags, takeRegistry } from "./registry.ts";
import { announce, deno } from "./step.ts";

/** What users import: the entries in `deno.json` that are libraries. */
const PUBLIC = ["mod.ts", "load.ts", "schedules.ts", "servers.ts", "src/testing/mod.ts"];

/** Where examples stand that are run: everything a reader may copy from. */
const DOCUMENTED = [...PUBLIC, "src", "README.md", "docs"];

async function runChecks(registry: Registry): Promise<string[]> {
  const flags = registryFlags(registry);
  const failed: string[] = [];
  const step = async (name: string, ...args: string[]): Promise<void> => {
    announce(name);
    if (await deno(...args) !== 0) failed.push(name);
  };
  await step("Formats", "fmt", "--check");
  // Looking for slow types makes Deno resolve what `deno.json` imports, and that asks JSR.
  await step("Lint", "lint", "--quiet", ...registry === "npm" ? ["--rules-exclude=no-slow-types"] : []);
  const files = sourceFiles(".").filter((path) => path !== foreignParser(registry));
  await step("Types", "check", "--quiet", ...flags, ...files);
  for (const entry of PUBLIC) {
    await step(`Documentation of ${entry}`, "doc", "--lint", "--quiet", ...flags, entry);
  }
  return failed;
}

/** Runs tests in the open: what they print, such as seeds, is seen. */
export async function runTests(registry: Registry, name: string, args: string[]): Promise<Totals> {
  announce(name);
  const report = await Deno.makeTempFile({ suffix: ".xml" });
  try {
    const code = await deno(
      "test",
      "-A",
      `--junit-path=${report}`,
      ...registryFlags(registry),
      ...args,
    );
    const totals = await readTotals(report);
    // A run that failed without a failing test: a type error, a leak, nothing found.
    return code !== 0 && totals.failed === 0 ? { ...totals, failed: 1 } : totals;
  } finally {
    await Deno.remove(report).catch(() => {});
  }
}

/**
 * Examples may declare what they do not use, and Deno adds imports to them that they may not need: their
 * configuration is ours without the complaints about that.
 */
async function runExamples(registry: Registry): Promise<Totals> {
  const config = JSON.parse(await Deno.readTextFile("deno.json"));
  for (const option of ["noUnusedLocals", "noUnusedParameters"]) delete config.compilerOptions[option];
  const path = ".examples.deno.json";
  await Deno.writeTextFile(path, JSON.stringify(config));
  try {
    return await runTests(registry, "Examples in the documentation", [
      `--config=${path}`,
      "--doc",
      ...DOCUMENTED,
    ]);
  } finally {
    await Deno.remove(path);
  }
}

async function main(): Promise<number> {
  const { registry, rest } = takeRegistry(Deno.args);
  Deno.env.set("GIGQ_TEST_REGISTRY", registry);
  const failed = rest.length > 0 ? [] : await runChecks(registry);
  let totals = await runTests(registry, "Tests", rest.length > 0 ? rest : ["--parallel", "tests"]);
  if (rest.length === 0) totals = addTotals(totals, await runExamples(registry));
  for (const name of failed) console.error(`Failed: ${name}`);
  if (totals.ignored > 0) console.log(`${totals.ignored} ignored`);
  console.log(`${totals.passed} passed, ${totals.failed + failed.length} failed`);
  return totals.failed + failed.length === 0 ? 0 : 1;
}

if (import.meta.main) Deno.exit(await main());
