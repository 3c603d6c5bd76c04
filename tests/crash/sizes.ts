/** How much a test of faults does: little in every run of the tests, and much in the long form. */

/**
 * A size by name. `GIGQ_CRASH=long` asks for the long form, `GIGQ_SIZE_<NAME>` sets one size whatever the form.
 *
 * @throws {TypeError} When the variable holds no number
 */
export function size(name: string, quick: number, long: number): number {
  const variable = `GIGQ_SIZE_${name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, "_")}`;
  const text = Deno.env.get(variable);
  if (text === undefined) return Deno.env.get("GIGQ_CRASH") === "long" ? long : quick;
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) {
    throw new TypeError(`${variable} is "${text}", not a number`);
  }
  return value;
}
