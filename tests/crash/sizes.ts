/** How much the crash tests do: quick with `deno task test`, long with `deno task test:crash`. */

export const isLong = Deno.env.get("GIGQ_CRASH") === "long";

/**
 * The size of a case. `GIGQ_SIZE_KILLS=50` overrides the one named `kills`.
 *
 * @param name Lower case; what is no letter or digit becomes `_` in the variable
 */
export function size(name: string, quick: number, long: number): number {
  const variable = `GIGQ_SIZE_${name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_")}`;
  const text = Deno.env.get(variable);
  if (text === undefined) return isLong ? long : quick;
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) {
    throw new Error(`${variable} is "${text}", not a number above zero`);
  }
  return value;
}

/** Tells what a case did: a line for the record of a long run. */
export function tell(name: string, figures: Readonly<Record<string, number | string>>): void {
  if (!isLong) return;
  const parts = Object.entries(figures).map(([what, value]) => `${what} ${value}`);
  console.log(`crash | ${name} | ${parts.join(" | ")}`);
}

/** Prints a seed or a figure past the test runner, which keeps what tests print to itself when it is quiet. */
export function report(line: string): void {
  try {
    Deno.writeTextFileSync("/dev/stderr", `${line}\n`, { append: true });
  } catch {
    console.error(line);
  }
}
