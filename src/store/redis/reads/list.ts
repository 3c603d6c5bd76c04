/** Not yet. */

export function count(..._args: readonly unknown[]): Promise<never> {
  return Promise.reject(new Error("count is missing"));
}

export function list(..._args: readonly unknown[]): Promise<never> {
  return Promise.reject(new Error("list is missing"));
}
