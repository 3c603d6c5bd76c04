/** Not yet. */

export function pause(..._args: readonly unknown[]): Promise<never> {
  return Promise.reject(new Error("pause is missing"));
}
