/**
 * Holds the write lock of a database. Arguments: the database, for how many milliseconds. Says `held`, then
 * `released`.
 */

import { DatabaseSync } from "node:sqlite";

const [path, ms] = Deno.args as [string, string];
const db = new DatabaseSync(path, { timeout: 5_000 });
db.exec("BEGIN IMMEDIATE");
console.log("held");
await new Promise((resolve) => setTimeout(resolve, Number(ms)));
db.exec("COMMIT");
db.close();
console.log("released");
