/** What a parser library makes of a command line in plain form. */

/** Options by long name, each with its values in order (`true` for a flag), and the arguments. */
export interface RawInput {
  readonly options: ReadonlyMap<string, readonly (string | true)[]>;
  readonly args: readonly string[];
}

/** Adds one more occurrence of an option. */
export function addValue(options: Map<string, (string | true)[]>, name: string, value: string | true): void {
  const values = options.get(name);
  if (values === undefined) options.set(name, [value]);
  else values.push(value);
}
