/** Not yet. */

export function appendLog(..._args: readonly unknown[]): Promise<never> {
  return Promise.reject(new Error("appendLog is missing"));
}
