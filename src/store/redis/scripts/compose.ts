/** Scripts are put together from pieces, each of which may use those before it. */

import type { Script } from "../script.ts";

export function compose(name: string, ...pieces: readonly string[]): Script {
  return { name, lua: pieces.join("") };
}
