/** Not here yet. */
export function cancel(..._args: unknown[]): Promise<never> {
  return Promise.reject(new Error("cancel is not here yet"));
}
