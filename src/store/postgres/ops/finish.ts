/** Not here yet. */
export function finish(..._args: unknown[]): Promise<never> {
  return Promise.reject(new Error("finish is not here yet"));
}
