/** Not yet. */

export function cancel(..._args: readonly unknown[]): Promise<never> {
  return Promise.reject(new Error("cancel is missing"));
}
