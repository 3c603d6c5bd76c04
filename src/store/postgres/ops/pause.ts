/** Not here yet. */
export function pause(..._args: unknown[]): Promise<never> {
  return Promise.reject(new Error("pause is not here yet"));
}
