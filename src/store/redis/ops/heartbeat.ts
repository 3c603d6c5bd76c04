/** Not yet. */

export function heartbeat(..._args: readonly unknown[]): Promise<never> {
  return Promise.reject(new Error("heartbeat is missing"));
}
