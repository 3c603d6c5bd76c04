/** Gives back what it is given. */
export function echo(params: unknown): unknown {
  return params;
}
