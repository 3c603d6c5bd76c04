/** Not yet. */

export function workflows(..._args: readonly unknown[]): Promise<never> {
  return Promise.reject(new Error("workflows is missing"));
}

/** Which runs. */
export interface WorkflowFilter {
  readonly id?: number;
  readonly name?: string;
  readonly key?: string;
  readonly type?: "workflow" | "batch";
  readonly limit?: number;
}
