/** A schedule as one look sees it, carried on over the steps that the look makes itself. Pure. */

import type { ScheduleStep } from "../../core/ports.ts";
import { type Firing, isOpen, type Schedule } from "../../core/schedule.ts";
import type { SeenFiring } from "../../core/schedule/draft.ts";
import type { Accepted } from "./pass.ts";

export interface View {
  readonly schedule: Schedule;
  readonly open: readonly SeenFiring[];
  /** How many are queued in all, those not in `open` included. */
  readonly queued: number;
}

/** The firings of a step as they are stored. */
export function storedFirings({ firings, fire }: ScheduleStep, advanced: Accepted): readonly Firing[] {
  return firings.map((firing) =>
    firing.slot !== fire?.slot ? firing : {
      ...firing,
      job: advanced.workflow === null ? advanced.jobs[0] ?? null : null,
      run: advanced.workflow,
    }
  );
}

/** The view after a step of its own: the version tells that nobody else has changed anything in between. */
export function viewAfter(view: View, step: ScheduleStep, advanced: Accepted): View {
  const changed = storedFirings(step, advanced);
  const slots = new Set(changed.map(({ slot }) => slot));
  const left = view.open.filter(({ slot }) => slots.has(slot));
  const open = [
    ...view.open.filter(({ slot }) => !slots.has(slot)),
    ...changed.filter(isOpen).map((firing) => ({ ...firing, end: null })),
  ].sort((a, b) => a.slot - b.slot);
  return { schedule: advanced.schedule, open, queued: view.queued + count(changed) - count(left) };
}

function count(firings: readonly Pick<Firing, "status">[]): number {
  return firings.filter(({ status }) => status === "queued").length;
}
