/** A limit as SQL takes it: `null` for none. */
export function toLimit(limit: number | undefined): number | null {
  return limit === undefined || !Number.isFinite(limit) ? null : Math.max(0, Math.floor(limit));
}
