import { World } from "./tests/simulation/world.ts";
const w = new World({ seed: Number(Deno.args[0]), jumps: Deno.args[2] === "1" });
const id = Deno.args[3];
const lines: string[] = [];
const note = w.ledger.note.bind(w.ledger);
(w.ledger as any).note = (...a: any[]) => {
  if (String(a[1]) === id || a[0] === "jump") lines.push(a.join(" "));
  note(...a);
};
const t = performance.now();
try {
  await w.live(Number(Deno.args[1]) * 3600000);
  console.log("ok", JSON.stringify(w.ledger.counts), w.ledger.hash);
} catch (e) {
  console.log(lines.join("\n"));
  console.log(String(e));
}
console.log(performance.now() - t, "ms");
const st = w as any;
