/** Not here yet. */
export function dismiss(..._args: unknown[]): Promise<never> {
  return Promise.reject(new Error("dismiss is not here yet"));
}
