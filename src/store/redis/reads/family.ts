/** Not yet. */

export function parents(..._args: readonly unknown[]): Promise<never> {
  return Promise.reject(new Error("parents is missing"));
}

export function children(..._args: readonly unknown[]): Promise<never> {
  return Promise.reject(new Error("children is missing"));
}
