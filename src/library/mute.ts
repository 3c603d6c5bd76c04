/** Saying that nobody wants to hear of causes. */

import { UsageError } from "../core/errors.ts";
import type { Store } from "../core/ports.ts";
import { noCause } from "./not_found.ts";
import { type Duration, toMs } from "./numbers.ts";

/**
 * Until when a cause is muted; `Infinity` for ever.
 *
 * @throws {UsageError} For a duration of nothing
 */
export function muteEnd(duration: Duration | undefined, now: number): number {
  const ms = duration === undefined ? Infinity : toMs("mute", duration);
  if (ms === 0) throw new UsageError("A cause must be muted for longer than nothing");
  return now + ms;
}

/**
 * Mutes causes until a time, or with `null` not any more.
 *
 * @throws {NotFoundError} When one does not exist; nothing is changed then
 */
export async function muteCauses(
  store: Store,
  ids: readonly number[],
  until: number | null,
): Promise<void> {
  const known = new Set((await store.causes({ ids })).map((cause) => cause.id));
  const missing = ids.filter((id) => !known.has(id));
  if (missing.length > 0) throw noCause(missing);
  await store.mute(ids, until);
}
