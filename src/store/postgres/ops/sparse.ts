/** Columns of sets that are mostly empty. */

/** `unnest` fills what is shorter up with NULL, so that a column without any value need not be sent. */
export function sparse<T extends string | number>(
  values: readonly (T | null)[],
): readonly (T | null)[] | null {
  return values.every((value) => value === null) ? null : values;
}
