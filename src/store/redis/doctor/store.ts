/** Whose keys lie under the prefix. */

import { UnavailableError } from "../../../core/errors.ts";
import type { Finding } from "../../../core/ports.ts";
import { ok, toFinding, warning } from "../../finding.ts";
import { stateFinding } from "../../state_finding.ts";
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
  return stateFinding("store", `Queue ${id}`, state) ?? ok("store", `Queue ${id}, schema ${SCHEMA_VERSION}`);
}
