/** What a check-up says of a store that is moved, or has moved. The same words in every store. */

import type { Finding, StoreState } from "../core/ports.ts";
import { problem, warning } from "./finding.ts";

/**
 * Whether a queue may be used where it is; `null` for one that is open.
 *
 * @param check The check that tells it
 * @param name The queue, as a sentence begins with it
 */
export function stateFinding(check: string, name: string, state: StoreState): Finding | null {
  switch (state.type) {
    case "open":
      return null;
    case "sealed":
      return warning(
        check,
        `${name} is being moved to ${state.to}`,
        "Run the same gigq move again to finish it; gigq move --abort gives it up",
      );
    case "moved":
      return problem(check, `${name} has moved to ${state.to}`, "Name its new place with --db or GIGQ_DB");
    case "receiving":
      return problem(
        check,
        `${name} is being filled by a move that is not over`,
        "Run the same gigq move again to finish it",
      );
  }
}
