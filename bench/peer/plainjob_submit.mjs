// Adds one job with plainjob and prints its id, as `gigq submit -- true` does: `plainjob_submit.mjs FOLDER DATABASE`.

import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";

const [, , folder, path] = process.argv;
const require = createRequire(`${folder}/package.json`);
const { better, defineQueue } = await import(pathToFileURL(require.resolve("plainjob")).href);
const Database = require("better-sqlite3");

const queue = defineQueue({ connection: better(new Database(path)) });
console.log(queue.add("bench", ["true"]).id);
queue.close();
