/** Not yet. */

export function claim(..._args: readonly unknown[]): Promise<never> {
  return Promise.reject(new Error("claim is missing"));
}
