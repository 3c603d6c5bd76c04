/** Not here yet. */
export function requeue(..._args: unknown[]): Promise<never> {
  return Promise.reject(new Error("requeue is not here yet"));
}
