/** Not yet. */

export function readLog(..._args: readonly unknown[]): Promise<never> {
  return Promise.reject(new Error("readLog is missing"));
}
