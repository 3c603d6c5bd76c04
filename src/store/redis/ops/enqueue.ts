/** Not yet. */

export function enqueue(..._args: readonly unknown[]): Promise<never> {
  return Promise.reject(new Error("enqueue is missing"));
}
