/** An order in which every step comes after its parents, or the cycle that makes that impossible. */

/**
 * Orders nodes so that parents come first: the given order where it allows that.
 *
 * @param parents For each node, the indexes of its parents
 * @returns Indexes in order, or one cycle, each node followed by the one that waits for it
 */
export function topological(
  parents: readonly (readonly number[])[],
): { readonly order: readonly number[] } | { readonly cycle: readonly number[] } {
  if (parents.every((list, index) => list.every((parent) => parent < index))) {
    return { order: parents.map((_, index) => index) };
  }
  const children = invert(parents);
  const open = parents.map((list) => list.length);
  const order = open.flatMap((count, index) => count === 0 ? [index] : []);
  for (let at = 0; at < order.length; at++) {
    for (const child of children[order[at]!]!) {
      if (--open[child]! === 0) order.push(child);
    }
  }
  return order.length === parents.length ? { order } : { cycle: findCycle(parents, open) };
}

/** For each node, the indexes of its children. */
export function invert(parents: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const children: number[][] = parents.map(() => []);
  parents.forEach((list, index) => list.forEach((parent) => children[parent]!.push(index)));
  return children;
}

/** Every node left open has an open parent: walking up must come back to a node that was seen. */
function findCycle(parents: readonly (readonly number[])[], open: readonly number[]): readonly number[] {
  const seen = new Map<number, number>();
  const walk: number[] = [];
  let at = open.findIndex((count) => count > 0);
  while (!seen.has(at)) {
    seen.set(at, walk.length);
    walk.push(at);
    at = parents[at]!.find((parent) => open[parent]! > 0)!;
  }
  const cycle = walk.slice(seen.get(at)!).reverse();
  // Begin with the step that stands first, so that the message does not depend on where the walk began.
  const first = cycle.indexOf(Math.min(...cycle));
  return [...cycle.slice(first), ...cycle.slice(0, first)];
}
