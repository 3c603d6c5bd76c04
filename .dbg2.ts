import { World } from "./tests/simulation/world.ts";
import { MemoryStore } from "./src/store/memory/store.ts";
import { FakeClock } from "./src/testing/mod.ts";
const c: Record<string, [number, number]> = {};
for (const proto of [MemoryStore.prototype] as any[]) {
  for (const k of Object.getOwnPropertyNames(proto)) {
    if (k === "constructor") continue;
    const f = proto[k];
    if (typeof f !== "function") continue;
    proto[k] = function (...a: any[]) {
      const t = performance.now();
      try {
        return f.apply(this, a);
      } finally {
        const e = c[k] ??= [0, 0];
        e[0]++;
        e[1] += performance.now() - t;
      }
    };
  }
}
let wakes = 0;
const s = FakeClock.prototype.sleep;
FakeClock.prototype.sleep = function (...a: any) {
  wakes++;
  return s.apply(this, a as any);
};
const w = new World({ seed: 3, jumps: false });
const t = performance.now();
await w.live(24 * 3600000);
console.log(performance.now() - t, "ms", "sleeps", wakes);
console.table(c);
