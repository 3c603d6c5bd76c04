/** What went wrong on the line, before it is said to a user. */

/** An error that the server sent. `code`: https://www.postgresql.org/docs/current/errcodes-appendix.html */
export interface ServerFailure extends Error {
  readonly code: string;
  readonly severity: string;
  readonly detail?: string;
}

export function isServerFailure(error: unknown): error is ServerFailure {
  return error instanceof Error && "severity" in error && "code" in error && typeof error.code === "string";
}

/** The connection is gone, or was never made: what was under way may or may not have happened. */
export class Severed extends Error {
  override readonly name = "Severed";
  /** Whether nobody reaches the server: it is not there, or starting. */
  readonly down: boolean;

  constructor(message: string, { cause, down = false }: { cause?: unknown; down?: boolean } = {}) {
    super(message, { cause });
    this.down = down;
  }
}

/** Codes with which a server ends a connection, or refuses one for now. */
const LEAVING: ReadonlySet<string> = new Set(["57P01", "57P02", "57P03", "53300", "57P05", "25P03", "25P04"]);

/** Whether the connection is of no more use. */
export function isSevered(error: unknown): boolean {
  if (error instanceof Severed) return true;
  return isServerFailure(error) && (LEAVING.has(error.code) || error.code.startsWith("08"));
}

/** Whether the server undid a transaction for reasons that pass: it may be run again at once. */
export function isRetryable(error: unknown): boolean {
  return isServerFailure(error) && (error.code === "40001" || error.code === "40P01");
}

/** Whether somebody else held a lock for too long. */
export function isLocked(error: unknown): boolean {
  return isServerFailure(error) && (error.code === "55P03" || error.code === "57014");
}

const DOWN: ReadonlySet<string> = new Set(["ECONNREFUSED", "ENOENT", "57P03"]);

/** Whatever the driver threw, with connections that broke told apart. */
export function toFailure(error: unknown): unknown {
  if (error instanceof Severed || isServerFailure(error)) return error;
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (code !== null || TEXTS.test(message)) {
    return new Severed(message, { cause: error, down: code !== null && DOWN.has(code) });
  }
  return error;
}

/** Texts with which the driver says that the connection broke. */
const TEXTS = /terminated|timeout expired|not queryable|does not support SSL|certificate|socket|TLS/i;

/** The code of the operating system. Where several addresses were tried, they are in `errors`. */
function codeOf(error: unknown): string | null {
  const { code, errors } = error as { code?: unknown; errors?: unknown };
  if (typeof code === "string" && /^[A-Z]/.test(code)) return code;
  return Array.isArray(errors) && errors.length > 0 ? codeOf(errors[0]) : null;
}
