/**
 * `deno task compile`: one binary for this platform, `./gigq`.
 * `deno task compile:all`: one for each platform, in `dist/`, with their checksums.
 *
 * What is imported by an address made at run time, which the compiler does not see (commands and threads), is named
 * by `compile.include` in `deno.json`, so that a bare `deno compile main.ts` works too.
 */

import { registryFlags, takeRegistry } from "./registry.ts";
import { deno } from "./step.ts";

/** Deno's name of a platform, and ours. */
const TARGETS: readonly (readonly [target: string, file: string])[] = [
  ["x86_64-unknown-linux-gnu", "gigq-linux-x64"],
  ["aarch64-unknown-linux-gnu", "gigq-linux-arm64"],
  ["x86_64-apple-darwin", "gigq-macos-x64"],
  ["aarch64-apple-darwin", "gigq-macos-arm64"],
  ["x86_64-pc-windows-msvc", "gigq-windows-x64.exe"],
];

function compileArgs(output: string, target: string | undefined, flags: readonly string[]): string[] {
  return [
    "compile",
    "--allow-all",
    "--no-check",
    "--exclude-unused-npm",
    ...flags,
    ...target === undefined ? [] : [`--target=${target}`],
    `--output=${output}`,
    "main.ts",
  ];
}

async function writeChecksums(folder: string, files: readonly string[]): Promise<void> {
  const lines: string[] = [];
  for (const file of files) {
    const digest = await crypto.subtle.digest("SHA-256", await Deno.readFile(`${folder}/${file}`));
    lines.push(`${new Uint8Array(digest).toHex()}  ${file}\n`);
  }
  await Deno.writeTextFile(`${folder}/SHA256SUMS`, lines.join(""));
}

async function main(): Promise<number> {
  const { registry, rest } = takeRegistry(Deno.args);
  const flags = registryFlags(registry);
  if (!rest.includes("--all")) return await deno(...compileArgs("gigq", undefined, flags));
  await Deno.mkdir("dist", { recursive: true });
  for (const [target, file] of TARGETS) {
    const code = await deno(...compileArgs(`dist/${file}`, target, flags));
    if (code !== 0) return code;
  }
  await writeChecksums("dist", TARGETS.map(([, file]) => file));
  return 0;
}

if (import.meta.main) Deno.exit(await main());
