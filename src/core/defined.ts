/** A table without the members that are `undefined`: what is not said must not win over what is. */
export function defined<T extends object>(table: T): T {
  return Object.fromEntries(Object.entries(table).filter(([, value]) => value !== undefined)) as T;
}
