/** How much the tests do that could go on for ever: little by default, much with `GIGQ_CRASH=long`. */

/** @param name `GIGQ_SIZE_<NAME>` sets this one alone */
export function size(name: string, quick: number, long: number): number {
  const key = `GIGQ_SIZE_${name.toUpperCase()}`;
  const wanted = Deno.env.get(key);
  if (wanted === undefined) return Deno.env.get("GIGQ_CRASH") === "long" ? long : quick;
  const number = Number(wanted);
  if (!Number.isInteger(number) || number < 1) {
    throw new Error(`${key} is not a positive whole number: ${wanted}`);
  }
  return number;
}
