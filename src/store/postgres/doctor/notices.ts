/** Whether those who wait hear of changes at once: a pooler in transaction mode swallows notices. */

import type { Finding } from "../../../core/ports.ts";
import { ok, warning } from "../../finding.ts";
import { Connection } from "../connection.ts";
import { toUserError } from "../errors.ts";
import { POLL_MS } from "../listener.ts";
import type { Place } from "../place.ts";
import { Statements } from "../statements.ts";
import type { Settings } from "../url.ts";

const CHANNEL = "gigq_doctor";
/** A notice takes a millisecond. */
const PATIENCE_MS = 2_000;

/** The check `notices`. */
export async function checkNotices(
  connection: Connection,
  { listenUrl, schema, timeoutMs }: Settings,
  place: Place,
): Promise<Finding> {
  const instead = `workers look for jobs ${1_000 / POLL_MS} times a second instead`;
  if (listenUrl === null) return ok("notices", `Not listened for, as the address says: ${instead}`);
  let listener: Connection | undefined;
  try {
    listener = await Connection.open(listenUrl, new Statements(schema, false), timeoutMs);
    if (await arrives(connection, listener)) return ok("notices", "Changes are heard at once");
    return warning(
      "notices",
      `Notices do not arrive: a pooler in transaction mode is in between, and ${instead}`,
      "Give the address of the server itself with listen=postgres%3A%2F%2F…, or say listen=false",
    );
  } catch (error) {
    const shown = toUserError(error, place);
    const message = shown instanceof Error ? shown.message : String(shown);
    return warning(
      "notices",
      `Nothing can be listened to: ${message}; ${instead}`,
      "Check listen= in the address",
    );
  } finally {
    await listener?.close();
  }
}

async function arrives(connection: Connection, listener: Connection): Promise<boolean> {
  const token = crypto.randomUUID();
  const heard = Promise.withResolvers<boolean>();
  listener.onNotification((payload) => {
    if (payload === token) heard.resolve(true);
  });
  await listener.script(`LISTEN ${CHANNEL}`);
  await connection.all("SELECT pg_notify($1, $2)", CHANNEL, token);
  const timer = setTimeout(() => heard.resolve(false), PATIENCE_MS);
  try {
    return await heard.promise;
  } finally {
    clearTimeout(timer);
  }
}
