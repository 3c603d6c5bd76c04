/** How much a crash test does: little in `deno task test`, much in the long form (`GIGQ_CRASH=long`). */

/**
 * The size of a part of a test: `quick`, or `long` in the long form; the variable `GIGQ_SIZE_<NAME>` wins over both.
 *
 * @param name Lower case, with underscores
 */
export function size(name: string, quick: number, long: number): number {
  const wished = Deno.env.get(`GIGQ_SIZE_${name.toUpperCase()}`);
  if (wished !== undefined && wished !== "") return Number(wished);
  return Deno.env.get("GIGQ_CRASH") === "long" ? long : quick;
}

/** Prints a seed or a figure past the test runner, which keeps what tests print to itself when it is quiet. */
export function report(line: string): void {
  try {
    Deno.writeTextFileSync("/dev/stderr", `${line}\n`, { append: true });
  } catch {
    console.error(line);
  }
}
