/** Handles to steps, as the builder gives them out. */

import type { Rule } from "../../core/job.ts";

/** A job that expects results of certain types from parents of certain names. */
export interface Needs<A extends object> {
  /** Never set: it carries the type through the type system. */
  readonly $needs?: A;
}

/** The parents that `A` asks for, each a step whose result fits. */
export type ParentsFor<A extends object> = { readonly [K in keyof A]: StepEdge<A[K]> };

/** Whether `A` asks for any parent by name. */
export type IsTyped<A extends object> = [keyof A] extends [never] ? false
  : string extends keyof A ? false
  : true;

/** A parent with the rule by which its child waits for it; see {@linkcode StepRef.on}. */
export interface StepEdge<R = unknown> {
  /** Name of the parent. */
  readonly step: string;
  /** `undefined` where the child's own rule holds. */
  readonly rule: Rule | undefined;
  /** The workflow the step belongs to. */
  readonly owner: object;
  /** Never set: it carries the type of the result through the type system. */
  readonly $result?: R;
}

/** A step of a workflow that is being built: what the `after` of a later step names. */
export class StepRef<R = unknown> implements StepEdge<R> {
  /** Never set: it carries the type of the result through the type system. */
  declare readonly $result?: R;
  /** None of its own: see {@linkcode StepRef.on}. */
  readonly rule: undefined = undefined;

  /** Made by `Workflow.add`. */
  constructor(readonly step: string, readonly owner: object) {}

  /**
   * The same step by another rule than success. The child then finds `null` where the step has no result.
   *
   * @example
   * ```ts
   * import { command, workflow } from "@gigq/gigq";
   *
   * const wf = workflow("nightly");
   * const load = wf.add(command(["./load"]), { name: "load" });
   * wf.add(command(["./alert", "${{ steps.load.error.message }}"]), { after: [load.on("failure")] });
   * ```
   */
  on(rule: Rule): StepEdge<R | null> {
    return { step: this.step, rule, owner: this.owner };
  }
}
