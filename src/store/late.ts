/**
 * Imports a module that only users of one kind of server need. Deno resolves and loads literal dynamic imports when a
 * program starts, with all that stands behind them, drivers included: see `importLate` in `src/cli/tree.ts`.
 * `src/cli/embedded.ts` names these modules for those who must know in advance.
 *
 * @param path Relative to this folder
 */
export async function importLate<M>(path: string): Promise<M> {
  return await import(new URL(path, import.meta.url).href) as M;
}
