/** Runs a measure once, in a process of its own: `child.ts NAME SIZE BACKEND` prints its figures as JSON. */

import { findBackend } from "./backend.ts";
import { findMeasure } from "./measures.ts";

const [name = "", size, place = ""] = Deno.args;
const backend = await findBackend(place);
if (backend === null) throw new Error(`The server of ${place} does not answer`);
console.log(JSON.stringify(await findMeasure(name).ours(Number(size), backend)));
