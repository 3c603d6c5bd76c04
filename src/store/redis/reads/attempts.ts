/** Not yet. */

export function attempts(..._args: readonly unknown[]): Promise<never> {
  return Promise.reject(new Error("attempts is missing"));
}
