/** Runs one measure once, in a process of its own: `child.ts NAME SIZE` prints its figures as JSON. */

import { findMeasure } from "./measures.ts";

const [name = "", size] = Deno.args;
console.log(JSON.stringify(await findMeasure(name).ours(Number(size))));
