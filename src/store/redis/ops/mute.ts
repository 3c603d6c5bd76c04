/** Not yet. */

export function mute(..._args: readonly unknown[]): Promise<never> {
  return Promise.reject(new Error("mute is missing"));
}
