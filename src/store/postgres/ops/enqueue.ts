/** Not here yet. */
export function enqueue(..._args: unknown[]): Promise<never> {
  return Promise.reject(new Error("enqueue is not here yet"));
}
