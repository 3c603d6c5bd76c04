/** Not here yet. */
export function claim(..._args: unknown[]): Promise<never> {
  return Promise.reject(new Error("claim is not here yet"));
}
