/** Times of day where clocks are set forward and back, each zone in a process that lives there. */

import { assert, assertEquals } from "@std/assert";

const PROGRAM = new URL("./daylight_program.ts", import.meta.url).href;

/** Dates on which the clocks are set in 2026; none where they never are. */
const ZONES: Readonly<Record<string, { readonly forward: string; readonly back: string } | null>> = {
  "Europe/Berlin": { forward: "2026-03-29", back: "2026-10-25" },
  "America/New_York": { forward: "2026-03-08", back: "2026-11-01" },
  // By half an hour.
  "Australia/Lord_Howe": { forward: "2026-10-04", back: "2026-04-05" },
  // At midnight.
  "America/Santiago": { forward: "2026-09-06", back: "2026-04-05" },
  "Africa/Cairo": { forward: "2026-04-24", back: "2026-10-29" },
  "Asia/Kolkata": null,
};

for (const [zone, dates] of Object.entries(ZONES)) {
  Deno.test(`${zone}: a time of day is the next one, also where clocks are set`, async () => {
    const days = dates === null ? ["2026-03-29"] : [dates.forward, dates.back];
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--quiet", "--no-check", "--no-config", PROGRAM, ...days],
      env: { TZ: zone, NO_COLOR: "1" },
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    const counts = JSON.parse(new TextDecoder().decode(stdout));
    assertEquals(counts.answers, days.length * 3 * 48 * 48);
    assertEquals([counts.leftOut > 0, counts.twice > 0], [dates !== null, dates !== null], zone);
    assert(counts.leftOut < counts.answers / 10);
  });
}
