/** Not yet. */

export function stats(..._args: readonly unknown[]): Promise<never> {
  return Promise.reject(new Error("stats is missing"));
}
