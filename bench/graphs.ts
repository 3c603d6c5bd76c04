/** Workflows that measures run. */

import { type Workflow, workflow } from "../mod.ts";
import { noop } from "./noop.ts";

/** So many steps, each after the one before. */
export function buildChain(size: number): Workflow {
  const wf = workflow("chain");
  let last = wf.add(noop({ n: 0 }), { name: "s0" });
  for (let n = 1; n < size; n++) last = wf.add(noop({ n }), { name: `s${n}`, after: [last] });
  return wf;
}

/** One step, so many after it, and one after all of those. */
export function buildFanOut(size: number): Workflow {
  const wf = workflow("fan-out");
  const source = wf.add(noop({ n: -1 }), { name: "source" });
  const branches = Array.from(
    { length: size },
    (_, n) => wf.add(noop({ n }), { name: `b${n}`, after: [source] }),
  );
  wf.add(noop({ n: -2 }), { name: "join", after: branches });
  return wf;
}
