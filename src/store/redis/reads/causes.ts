/** Not yet. */

export function causes(..._args: readonly unknown[]): Promise<never> {
  return Promise.reject(new Error("causes is missing"));
}

/** Which causes. */
export interface CauseFilter {
  readonly ids?: readonly number[];
  readonly fingerprint?: string;
  readonly since?: number;
  readonly limit?: number;
}
