/**
 * Holds the write lock of a database. Arguments: the database, for how many milliseconds at least. Says `held`, lets go
 * at the end of stdin, and says `released`.
 */

import { DatabaseSync } from "node:sqlite";

const MOST_MS = 60_000;

const [path, ms] = Deno.args as [string, string];
const db = new DatabaseSync(path, { timeout: 5_000 });
db.exec("BEGIN IMMEDIATE");
console.log("held");
const least = new Promise((resolve) => setTimeout(resolve, Number(ms)));
// Whoever hangs at the lock cannot end stdin: then nothing was proved, and the test goes on to say so.
const most = new Promise((resolve) => Deno.unrefTimer(setTimeout(resolve, Number(ms) + MOST_MS)));
await Promise.all([least, Promise.race([new Response(Deno.stdin.readable).text(), most])]);
db.exec("COMMIT");
db.close();
console.log("released");
// The read of stdin would keep it.
Deno.exit();
