/** Importing what few programs need. */

/**
 * Imports a module by an address that Deno does not see when a program starts: it would load it then, with its library,
 * for everybody who submits a job. `parts.ts` names these modules for those who must know in advance.
 *
 * @param path Relative to this folder
 */
export async function importLate<M>(path: string): Promise<M> {
  return await import(new URL(path, import.meta.url).href) as M;
}
