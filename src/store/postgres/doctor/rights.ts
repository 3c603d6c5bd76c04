/** Whether the user may do what GigQ does. */

import type { Finding } from "../../../core/ports.ts";
import { ok, problem } from "../../finding.ts";
import type { Place } from "../place.ts";
import type { Sql } from "../sql.ts";
import { quoteIdentifier } from "../statements.ts";

/** How many tables a finding names. */
const NAMED = 3;

/** The check `rights`. */
export async function checkRights(sql: Sql, { schema, user }: Place): Promise<Finding> {
  const rows = await sql.all<{ name: string }>(
    `
    SELECT c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = $1 AND (
      (c.relkind = 'r' AND NOT (
        has_table_privilege(c.oid, 'SELECT') AND has_table_privilege(c.oid, 'INSERT') AND
        has_table_privilege(c.oid, 'UPDATE') AND has_table_privilege(c.oid, 'DELETE')
      )) OR (c.relkind = 'S' AND NOT (
        has_sequence_privilege(c.oid, 'USAGE') AND has_sequence_privilege(c.oid, 'SELECT')
      ))
    ) ORDER BY name`,
    schema,
  );
  if (rows.length === 0) return ok("rights", `User ${user} may read and write all tables`);
  const names = rows.slice(0, NAMED).map((row) => row.name).join(", ");
  const [where, role] = [quoteIdentifier(schema), quoteIdentifier(user)];
  return problem(
    "rights",
    `User ${user} lacks rights on ${names}${rows.length > NAMED ? ", …" : ""}`,
    `GRANT ALL ON ALL TABLES IN SCHEMA ${where} TO ${role}; GRANT ALL ON ALL SEQUENCES IN SCHEMA ${where} TO ${role}`,
  );
}
