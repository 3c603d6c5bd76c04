/**
 * Operations are loaded when they are first used, in the groups in which programs use them: a program that submits
 * one job starts in half the time.
 */

import { importLate } from "../late.ts";

/** A module that is loaded when it is needed. */
export class Lazy<M> {
  /** The module, once it is here. */
  loaded: M | undefined;
  readonly #import: () => Promise<M>;
  #loading: Promise<M> | undefined;

  constructor(load: () => Promise<M>) {
    this.#import = load;
  }

  load(): Promise<M> {
    return this.#loading ??= this.#import().then((loaded) => this.loaded = loaded);
  }
}

export const submit = new Lazy(() => import("./ops/enqueue.ts"));
export const work = new Lazy(() => import("./ops/work.ts"));
export const change = new Lazy(() => import("./ops/change.ts"));
export const look = new Lazy(() => import("./ops/look.ts"));
export const family = new Lazy(() => import("./ops/before.ts"));
/** What needs no code but that of the store. */
export const nothing = new Lazy(() => Promise.resolve(true));
// Literal imports are loaded at every start, used or not; these are for a few programs.
export const move = new Lazy(() =>
  importLate<typeof import("./transfer/ops.ts")>("./sqlite/transfer/ops.ts")
);
export const schedules = new Lazy(() =>
  importLate<typeof import("./schedules/ops.ts")>("./sqlite/schedules/ops.ts")
);
export const log = new Lazy(() => import("./ops/log.ts"));
