import { assertThrows } from "@std/assert";
import { BusyError, CannotCreateError, DiskFullError, UnavailableError } from "../../src/core/errors.ts";
import { Patience } from "../../src/engine/patience.ts";
import { FakeClock } from "../../src/testing/fake_clock.ts";

const LIMIT_MS = 1_000;

Deno.test("patience: locks and full disks are waited for without end, a store out of reach for a while", async () => {
  const clock = new FakeClock(0);
  const patience = new Patience(clock, Math.random, LIMIT_MS);
  const full = new DiskFullError("full");
  patience.note(full);
  await clock.advance(10 * LIMIT_MS);
  patience.note(full);
  patience.note(new BusyError("locked"));
  assertThrows(() => patience.note(new UnavailableError("gone")), UnavailableError);
  patience.forget();
  patience.note(new UnavailableError("gone"));
});

Deno.test("patience: what waiting cannot cure is thrown at once", () => {
  const patience = new Patience(new FakeClock(0), Math.random, LIMIT_MS);
  assertThrows(() => patience.note(new CannotCreateError("read-only")), CannotCreateError);
  assertThrows(() => patience.note(new TypeError("a mistake")), TypeError);
});
