/** Whose keys lie under the prefix. */

import { UnavailableError } from "../../../core/errors.ts";
import type { Finding } from "../../../core/ports.ts";
import { ok, problem, toFinding, warning } from "../../finding.ts";
import { openIdentity, SCHEMA_VERSION } from "../identity.ts";
import type { Line } from "../line.ts";
import { identity } from "../transfer/become.ts";

/** The check `store`; the line knows the store afterwards, if there is one. */
export async function checkStoreKeys(line: Line): Promise<Finding> {
  try {
    line.store = await openIdentity(line, false);
  } catch (error) {
    if (!(error instanceof UnavailableError)) return toFinding("store", error);
    return warning("store", error.message, error.hint!);
  }
  const { id, state } = await identity(line);
  switch (state.type) {
    case "open":
      return ok("store", `Queue ${id}, schema ${SCHEMA_VERSION}`);
    case "sealed":
      return warning(
        "store",
        `Queue ${id} is being moved to ${state.to}`,
        "Run the same gigq move again to finish it; gigq move --abort gives it up",
      );
    case "moved":
      return problem(
        "store",
        `Queue ${id} has moved to ${state.to}`,
        "Name its new place with --db or GIGQ_DB",
      );
    case "receiving":
      return problem(
        "store",
        `Queue ${id} is being filled by a move that is not over`,
        "Run the same gigq move again to finish it",
      );
  }
}
