/** Not here yet. */
export function remove(..._args: unknown[]): Promise<never> {
  return Promise.reject(new Error("remove is not here yet"));
}
