/** `@std/assert` for machines that reach only the npm registry: the few assertions our tests use. */

import assertModule from "node:assert/strict";

export function assert(condition: unknown, message?: string): asserts condition {
  assertModule.ok(condition, message);
}

export function assertEquals<T>(actual: T, expected: T, message?: string): void {
  assertModule.deepEqual(actual, expected, message);
}

export function assertNotEquals<T>(actual: T, expected: T, message?: string): void {
  assertModule.notDeepEqual(actual, expected, message);
}

export function assertStrictEquals<T>(actual: unknown, expected: T, message?: string): asserts actual is T {
  assertModule.equal(actual, expected, message);
}

export function assertExists<T>(actual: T, message?: string): asserts actual is NonNullable<T> {
  assertModule.ok(actual !== undefined && actual !== null, message ?? "Expected a value");
}

export function assertMatch(actual: string, expected: RegExp, message?: string): void {
  assertModule.match(actual, expected, message);
}

export function assertStringIncludes(actual: string, expected: string, message?: string): void {
  assertModule.ok(
    actual.includes(expected),
    message ?? `Expected ${JSON.stringify(actual)} to include "${expected}"`,
  );
}

// deno-lint-ignore no-explicit-any
type ErrorClass<E extends Error> = abstract new (...args: any[]) => E;

export function assertThrows<E extends Error = Error>(
  fn: () => unknown,
  type?: ErrorClass<E>,
  includes?: string,
): E {
  try {
    fn();
  } catch (error) {
    return checkError(error, type, includes);
  }
  throw new assertModule.AssertionError({ message: "Expected the function to throw" });
}

export async function assertRejects<E extends Error = Error>(
  fn: () => PromiseLike<unknown>,
  type?: ErrorClass<E>,
  includes?: string,
): Promise<E> {
  try {
    await fn();
  } catch (error) {
    return checkError(error, type, includes);
  }
  throw new assertModule.AssertionError({ message: "Expected the promise to reject" });
}

function checkError<E extends Error>(error: unknown, type: ErrorClass<E> | undefined, includes = ""): E {
  assertModule.ok(error instanceof (type ?? Error), `Expected a ${type?.name ?? "Error"}, got ${error}`);
  assertStringIncludes((error as E).message, includes);
  return error as E;
}
