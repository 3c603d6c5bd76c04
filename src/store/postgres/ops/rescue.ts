/** Not here yet. */
export function rescue(..._args: unknown[]): Promise<never> {
  return Promise.reject(new Error("rescue is not here yet"));
}
export function leases(..._args: unknown[]): Promise<never> {
  return Promise.reject(new Error("leases is not here yet"));
}
