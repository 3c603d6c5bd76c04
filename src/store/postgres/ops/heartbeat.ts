/** Not here yet. */
export function heartbeat(..._args: unknown[]): Promise<never> {
  return Promise.reject(new Error("heartbeat is not here yet"));
}
