/** All measures, in the order of the table. */

import type { Measure } from "./measure.ts";
import { chain } from "./measures/chain.ts";
import { claim } from "./measures/claim.ts";
import { commands } from "./measures/commands.ts";
import { drain } from "./measures/drain.ts";
import { drainMany } from "./measures/drain_many.ts";
import { enqueueBulk } from "./measures/enqueue_bulk.ts";
import { enqueueOne } from "./measures/enqueue_one.ts";
import { fanOut } from "./measures/fan_out.ts";
import { history } from "./measures/history.ts";
import { startUp } from "./measures/start_up.ts";
import { wakeUp } from "./measures/wake_up.ts";

export const MEASURES: readonly Measure[] = [
  enqueueOne,
  enqueueBulk,
  drain,
  drainMany,
  wakeUp,
  claim,
  history,
  chain,
  fanOut,
  startUp,
  commands,
];

export function findMeasure(name: string): Measure {
  const found = MEASURES.find((measure) => measure.name === name);
  if (found === undefined) {
    throw new Error(`No measure "${name}": there are ${MEASURES.map(({ name }) => name).join(", ")}`);
  }
  return found;
}
