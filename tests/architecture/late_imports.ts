/** Finds what `importLate` is asked for: a compiler does not see it, so that somebody must name it literally. */

/** Where an `importLate` looks, and each path that it is given as a literal. */
export interface LateImports {
  /** The module that `importLate` comes from, as written; paths count from its folder. `null`: from this one. */
  readonly from: string | null;
  readonly paths: readonly string[];
}

export function lateImports(source: string): LateImports {
  const [, from = null] = /import \{[^}]*\bimportLate\b[^}]*\} from "([^"]+)"/.exec(source) ?? [];
  const calls = source.matchAll(/\bimportLate(?:<(?:[^<>]|<[^<>]*>)*>)?\(\s*"([^"]+)"/g);
  return { from, paths: [...calls].map(([, path]) => path!) };
}
