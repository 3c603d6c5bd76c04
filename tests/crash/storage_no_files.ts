/**
 * Submits a job with 0, 1, 2, … file descriptors to spare, then with plenty. Argument: the database. Says a JSON
 * object for each try.
 */

import { gigq } from "../cli/fixture.ts";

const db = Deno.args[0]!;
const submit = ["submit", "--db", db, "--", "true"];
/** With so many, everything fits. */
const ENOUGH = 12;

function takeAll(): Deno.FsFile[] {
  const taken: Deno.FsFile[] = [];
  try {
    for (;;) taken.push(Deno.openSync("/dev/null"));
  } catch (error) {
    // "Too many open files"
    if ((error as { code?: string }).code !== "EMFILE") throw error;
    return taken;
  }
}

// Everything that a submit loads is loaded before.
await gigq(submit);
for (let left = 0; left <= ENOUGH; left++) {
  const taken = takeAll();
  for (const file of taken.splice(0, left)) file.close();
  const { code, err } = await gigq(submit);
  for (const file of taken) file.close();
  console.log(JSON.stringify({ left, code, err }));
}
const { code, err } = await gigq(submit);
console.log(JSON.stringify({ left: null, code, err }));
