import { assertEquals, assertThrows } from "@std/assert";
import { BusyError, CannotCreateError, DiskFullError, UnavailableError } from "../../src/core/errors.ts";
import { Outage } from "../../src/engine/outage.ts";
import { Patience, type PatienceOptions } from "../../src/engine/patience.ts";
import { FakeClock } from "../../src/testing/fake_clock.ts";

const LIMIT_MS = 1_000;

function optionsOf(limitMs = LIMIT_MS): PatienceOptions & { readonly clock: FakeClock } {
  const clock = new FakeClock(0);
  return { clock, random: () => 1, limitMs, outage: new Outage({ clock, leaseMs: 30_000 }) };
}

Deno.test("patience: locks and full disks are waited for without end, a store out of reach for a while", async () => {
  const options = optionsOf();
  const patience = new Patience(options);
  const full = new DiskFullError("full");
  patience.note(full);
  await options.clock.advance(10 * LIMIT_MS);
  patience.note(full);
  patience.note(new BusyError("locked"));
  assertThrows(() => patience.note(new UnavailableError("gone")), UnavailableError);
  patience.forget();
  patience.note(new UnavailableError("gone"));
});

Deno.test("patience: what waiting cannot cure is thrown at once", () => {
  const patience = new Patience(optionsOf());
  assertThrows(() => patience.note(new CannotCreateError("read-only")), CannotCreateError);
  assertThrows(() => patience.note(new TypeError("a mistake")), TypeError);
});

Deno.test("patience: the first of a row is warned of, a store out of reach by its outage alone", () => {
  const patience = new Patience(optionsOf());
  assertEquals([1, 2].map(() => patience.note(new BusyError("locked"))), [true, false]);
  patience.forget();
  assertEquals(patience.note(new UnavailableError("gone")), false);
});

Deno.test("patience: waits get longer, for a server up to seconds, and less for who hurries", async () => {
  for (const [hurries, longest] of [[false, 4_000], [true, 1_000]] as const) {
    const options = optionsOf(Infinity);
    const { clock } = options;
    const patience = new Patience(options, hurries);
    const waits: number[] = [];
    for (let i = 0; i < 12; i++) {
      patience.note(new UnavailableError("gone"));
      const before = clock.now();
      await clock.runUntil(patience.wait());
      waits.push(clock.now() - before);
    }
    assertEquals(waits.slice(0, 3), [50, 100, 200]);
    assertEquals(waits.at(-1), longest);
  }
});
