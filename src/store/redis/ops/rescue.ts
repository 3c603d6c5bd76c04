/** Not yet. */

export function leases(..._args: readonly unknown[]): Promise<never> {
  return Promise.reject(new Error("leases is missing"));
}

export function rescue(..._args: readonly unknown[]): Promise<never> {
  return Promise.reject(new Error("rescue is missing"));
}
