/** The contract that every store keeps, as tests: call {@linkcode storeContract} once for each store. */

import type { Capabilities, Store } from "../../core/ports.ts";
import { canaryCases } from "./canaries.ts";
import { cancelCases } from "./cancel.ts";
import { causeCases } from "./causes.ts";
import { checkpointCases } from "./checkpoints.ts";
import { claimCases } from "./claim.ts";
import { deadCases } from "./dead.ts";
import { dependencyCases } from "./dependencies.ts";
import { enqueueCases } from "./enqueue.ts";
import { finishCases } from "./finish.ts";
import { followCases } from "./follow.ts";
import { haltCases } from "./halts.ts";
import { type Cases, Kit } from "./kit.ts";
import { leaseCases } from "./lease.ts";
import { logCases } from "./log.ts";
import { outcomeCases } from "./outcomes.ts";
import { queueCases } from "./queue.ts";
import { removeCases } from "./remove.ts";
import { requeueCases } from "./requeue.ts";
import { historyCases, scheduleCases } from "./schedules.ts";
import { dueCases } from "./schedules_due.ts";
import { fireCases } from "./schedules_fire.ts";
import { selectCases } from "./select.ts";
import { stateCases } from "./states.ts";
import { statsCases } from "./stats.ts";
import { transferCases } from "./transfer.ts";
import { uniqueCases } from "./unique.ts";
import { watchCases } from "./watch.ts";
import { workflowCases } from "./workflow.ts";

const VERBS: Readonly<Record<string, Cases>> = {
  enqueue: enqueueCases,
  claim: claimCases,
  finish: finishCases,
  outcomes: outcomeCases,
  follow: followCases,
  causes: causeCases,
  "dead letters": deadCases,
  checkpoints: checkpointCases,
  dependencies: dependencyCases,
  cancel: cancelCases,
  requeue: requeueCases,
  canaries: canaryCases,
  remove: removeCases,
  leases: leaseCases,
  logs: logCases,
  unique: uniqueCases,
  queues: queueCases,
  select: selectCases,
  workflows: workflowCases,
  halts: haltCases,
  schedules: scheduleCases,
  "schedules due": dueCases,
  "schedules fire": fireCases,
  "schedules history": historyCases,
  stats: statsCases,
  watch: watchCases,
  transfer: transferCases,
  states: stateCases,
};

/** What a store must be able to do for these to mean anything. */
const NEEDS: Readonly<Record<string, keyof Capabilities>> = { transfer: "transfer", states: "transfer" };

/** How the contract gets at a store. */
export interface ContractOptions {
  /** A new, empty store; each case closes its own, and may open a second one beside it. */
  readonly open: () => Promise<Store>;
  /** Registers a test; default `Deno.test`. */
  readonly test?: (name: string, body: () => Promise<void>) => void;
}

/**
 * Registers one test for each requirement. No case waits: all times are handed in.
 *
 * @param name How the store is called in the names of the tests
 *
 * @example
 * ```ts ignore
 * import { storeContract } from "@gigq/gigq/testing";
 *
 * storeContract("mine", { open: () => MyStore.open(":memory:") });
 * ```
 */
export function storeContract(name: string, { open, test = denoTest }: ContractOptions): void {
  for (const [verb, cases] of Object.entries(VERBS)) {
    for (const [requirement, body] of Object.entries(cases)) {
      test(`${name} · ${verb}: ${requirement}`, async () => {
        const store = await open();
        const kit = new Kit(store, open);
        const need = NEEDS[verb];
        try {
          if (need === undefined || store.capabilities[need]) await body(kit);
        } finally {
          await kit.close();
        }
      });
    }
  }
}

function denoTest(name: string, body: () => Promise<void>): void {
  Deno.test(name, body);
}
