/** Errors that reach a user. Each carries a stable code, an exit status and, where there is one, the way out. */

/** What every GigQ error can be given beside its message. */
export interface GigqErrorOptions {
  /** What to do about it: one short imperative sentence without a full stop. */
  hint?: string;
  /** What led to it. */
  cause?: unknown;
}

/**
 * Base of all errors that GigQ raises on purpose.
 *
 * @example
 * ```ts
 * import { GigqError, JobQueue } from "@gigq/gigq";
 *
 * await using queue = await JobQueue.open(":memory:");
 * try {
 *   await queue.get(7);
 * } catch (error) {
 *   if (error instanceof GigqError) console.log(error.code, error.exitCode); // not_found 3
 * }
 * ```
 */
export abstract class GigqError extends Error {
  /** Stable identifier for programs, such as `not_found`. */
  abstract readonly code: string;
  /** Exit status of the command line for this error. */
  abstract readonly exitCode: number;
  /** What to do about it, if there is something. */
  readonly hint: string | undefined;

  /** Only classes derived from it can be made. */
  constructor(message: string, options: GigqErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.hint = options.hint;
  }
}

/** The caller asked for something that makes no sense: a bad option, duration, name or value. */
export class UsageError extends GigqError {
  /** Always `usage`. */
  readonly code = "usage";
  /** Always 2. */
  readonly exitCode = 2;
}

/** A job, workflow, step or queue that does not exist. */
export class NotFoundError extends GigqError {
  /** Always `not_found`. */
  readonly code = "not_found";
  /** Always 3. */
  readonly exitCode = 3;
}

/** Data that cannot be used: params that are not JSON or too large, a bad workflow file, a corrupt database. */
export class DataError extends GigqError {
  /** `data`, or what a class derived from it says. */
  readonly code: string = "data";
  /** Always 65. */
  readonly exitCode = 65;
}

/** The store cannot be reached: no such folder, a refused connection. */
export class UnavailableError extends GigqError {
  /** Always `unavailable`. */
  readonly code = "unavailable";
  /** Always 69. */
  readonly exitCode = 69;
  /** Whether the server is down or starting, so that nobody reaches it; `false` when it only does not answer this process. */
  readonly down: boolean;

  /** Makes one with its message, and says with `down` whether others reach the server. */
  constructor(message: string, options: GigqErrorOptions & { down?: boolean } = {}) {
    super(message, options);
    this.down = options.down ?? false;
  }
}

/** The store was closed by this program: no call reaches it any more, however long one waits. */
export class ClosedError extends UnavailableError {}

/** A file cannot be created or written: read-only, a full disk, missing rights. */
export class CannotCreateError extends GigqError {
  /** Always `cannot_create`. */
  readonly code = "cannot_create";
  /** Always 73. */
  readonly exitCode = 73;
}

/** The disk is full: nothing was written, and the same call works once there is room. Workers wait for that. */
export class DiskFullError extends CannotCreateError {}

/** Another process held the store for longer than the deadline. */
export class BusyError extends GigqError {
  /** Always `busy`. */
  readonly code = "busy";
  /** Always 75. */
  readonly exitCode = 75;
}

/** A setting that cannot be honoured, or a database made by a newer GigQ. */
export class ConfigError extends GigqError {
  /** Always `config`. */
  readonly code = "config";
  /** Always 78. */
  readonly exitCode = 78;
}

/** Waiting took longer than the caller allowed. */
export class TimeoutError extends GigqError {
  /** Always `timeout`. */
  readonly code = "timeout";
  /** Always 124. */
  readonly exitCode = 124;
}

/**
 * Thrown by a job to say that trying again is pointless: the attempt fails and no retry follows.
 *
 * @example
 * ```ts
 * import { PermanentError, task } from "@gigq/gigq";
 *
 * export const fetchUser = task("fetch-user", async (p: { id: number }) => {
 *   const response = await fetch(`https://example.org/users/${p.id}`);
 *   if (response.status === 404) throw new PermanentError(`User ${p.id} does not exist`);
 *   return await response.json();
 * });
 * ```
 */
export class PermanentError extends Error {
  /** Always `PermanentError`. */
  override readonly name = "PermanentError";
  /** Recognised across threads and copies of this module, where `instanceof` is not. */
  readonly permanent = true;
}

/**
 * What a job saves does not count any more: its worker was thought dead, and another attempt owns the job. Nothing
 * that this attempt does from here on is recorded.
 */
export class LostError extends Error {
  /** Always `LostError`. */
  override readonly name = "LostError";
}
