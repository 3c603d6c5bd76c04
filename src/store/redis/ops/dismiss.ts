/** Not yet. */

export function dismiss(..._args: readonly unknown[]): Promise<never> {
  return Promise.reject(new Error("dismiss is missing"));
}
