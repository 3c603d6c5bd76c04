/** Drops the schemas that are named: run by tests at their end. */

import { dropSchema } from "./postgres_kit.ts";

for (const schema of Deno.args) await dropSchema(schema);
