/** Not yet. */

export function checkpoints(..._args: readonly unknown[]): Promise<never> {
  return Promise.reject(new Error("checkpoints is missing"));
}
