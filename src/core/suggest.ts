/** "Did you mean": the nearest of a few known names. */

/**
 * The candidate that differs least from `text`, when it is near enough to be meant: at most one edit (a letter
 * added, left out, replaced, or two swapped) for every three characters, case aside. Of several the one that begins alike
 * for longest.
 *
 * @returns `undefined` when nothing is near
 */
export function nearest(text: string, candidates: Iterable<string>): string | undefined {
  const limit = Math.floor(text.length / 3);
  let best: string | undefined;
  let bestDistance = limit;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - text.length) > bestDistance) continue;
    const distance = edits(text.toLowerCase(), candidate.toLowerCase());
    if (distance > bestDistance) continue;
    const nearer = best === undefined || distance < bestDistance ||
      sharedStart(text, candidate) > sharedStart(text, best);
    if (nearer) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

function sharedStart(a: string, b: string): number {
  let length = 0;
  while (length < a.length && a[length]!.toLowerCase() === b[length]?.toLowerCase()) length++;
  return length;
}

/** `Did you mean "fetch"?`, or `undefined` when nothing is near. */
export function didYouMean(text: string, candidates: Iterable<string>): string | undefined {
  const found = nearest(text, candidates);
  return found === undefined ? undefined : `Did you mean "${found}"?`;
}

/** Optimal string alignment distance. */
function edits(a: string, b: string): number {
  let before: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const same = a[row - 1] === b[column - 1];
      let cost = Math.min(
        previous[column]! + 1,
        current[column - 1]! + 1,
        previous[column - 1]! + (same ? 0 : 1),
      );
      const swapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (swapped) cost = Math.min(cost, before[column - 2]! + 1);
      current.push(cost);
    }
    [before, previous] = [previous, current];
  }
  return previous[b.length]!;
}
