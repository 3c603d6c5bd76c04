/** Not yet. */

export function requeue(..._args: readonly unknown[]): Promise<never> {
  return Promise.reject(new Error("requeue is missing"));
}
