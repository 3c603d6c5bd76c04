/**
 * Opens a database at the same moment as others, and submits jobs with unique keys, one after the other in an order
 * of its own. Arguments: the database, how many keys. Says `up`, waits for the end of stdin, then says
 * `KEY ID CREATED` for each.
 */

import { openSqlite } from "../../src/store/sqlite/open.ts";
import { newJob } from "../../src/testing/contract/kit.ts";

const [db, count] = Deno.args as [string, string];

console.log("up");
await new Response(Deno.stdin.readable).text();
const store = await openSqlite(db, { driver: "builtin" });
const keys = Array.from({ length: Number(count) }, (_, index) => `key-${index}`);
keys.sort(() => Math.random() - 0.5);
for (const key of keys) {
  const { jobs } = await store.enqueue({ jobs: [newJob({ unique: { key, scope: "always" } })] }, Date.now());
  console.log(key, jobs[0]!.id, jobs[0]!.created);
}
await store.close();
