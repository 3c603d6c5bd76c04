/** Not yet. */

export function finish(..._args: readonly unknown[]): Promise<never> {
  return Promise.reject(new Error("finish is missing"));
}
