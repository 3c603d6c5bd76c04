/** Not yet. */

export function remove(..._args: readonly unknown[]): Promise<never> {
  return Promise.reject(new Error("remove is missing"));
}
