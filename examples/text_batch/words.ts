/** Word counts of texts: one job a file, and one that merges them. */

/** How often each word occurs in one file. */
export async function countWords(file: string): Promise<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const [word] of (await Deno.readTextFile(file)).toLowerCase().matchAll(/\p{L}+/gu)) {
    counts.set(word, (counts.get(word) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}

/** The ten most frequent words of all files, by count, then by word. */
export function topWords(_: null, ctx: { parents: Record<string, unknown> }): Record<string, number> {
  const counts = new Map<string, number>();
  for (
    const [word, count] of Object.values(ctx.parents).flatMap((one) =>
      Object.entries(one as Record<string, number>)
    )
  ) {
    counts.set(word, (counts.get(word) ?? 0) + count);
  }
  const sorted = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return Object.fromEntries(sorted.slice(0, 10));
}
