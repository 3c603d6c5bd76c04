import { assert, assertEquals } from "@std/assert";
import * as errors from "../../src/core/errors.ts";

/** Scripts rely on both: never change one, only add. */
const PINNED: Record<string, readonly [string, number]> = {
  UsageError: ["usage", 2],
  NotFoundError: ["not_found", 3],
  DataError: ["data", 65],
  UnavailableError: ["unavailable", 69],
  ClosedError: ["unavailable", 69],
  CannotCreateError: ["cannot_create", 73],
  DiskFullError: ["cannot_create", 73],
  BusyError: ["busy", 75],
  ConfigError: ["config", 78],
  TimeoutError: ["timeout", 124],
};

type ErrorClass = new (message: string, options?: errors.GigqErrorOptions) => errors.GigqError;

const classes = Object.entries(errors).filter(([name, value]) =>
  value.prototype instanceof errors.GigqError && name !== "GigqError"
) as unknown as [string, ErrorClass][];

Deno.test("codes and exit codes are pinned, and none is missing here", () => {
  const found = Object.fromEntries(classes.map(([name, Class]) => {
    const { code, exitCode } = new Class("x");
    return [name, [code, exitCode]];
  }));
  assertEquals(found, PINNED as Record<string, [string, number]>);
});

Deno.test("every error is a GigqError with its own name, its hint and its cause", () => {
  for (const [name, Class] of classes) {
    const cause = new Error("below");
    const error = new Class("It broke", { hint: "Mend it", cause });
    assert(error instanceof errors.GigqError && error instanceof Error);
    assertEquals([error.name, error.message, error.hint, error.cause], [name, "It broke", "Mend it", cause]);
    const bare = new Class("It broke");
    assertEquals(bare.hint, undefined);
    assert(!("cause" in bare), "no cause, not an undefined one");
  }
});

Deno.test("a subclass keeps the code and gets its own name", () => {
  class CorruptError extends errors.DataError {}
  const error = new CorruptError("x");
  assertEquals([error.name, error.code, error.exitCode], ["CorruptError", "data", 65]);
});

Deno.test("a permanent error is recognised without instanceof", () => {
  const error = new errors.PermanentError("no such user");
  assertEquals([error.name, error.permanent, error.message], ["PermanentError", true, "no such user"]);
  assert(!(error instanceof errors.GigqError), "it is a job's failure, not GigQ's");
});
