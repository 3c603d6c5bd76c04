/** What `gigq complete` does. */

import type { Input } from "../command.ts";
import { answerText, complete } from "../completions/complete.ts";
import { databaseValues } from "../completions/database.ts";
import type { Io } from "../io.ts";
import { COMMANDS } from "../tree.ts";

/** Prints how the last word may go on. Silent on any error: a shell waits for the answer. */
export async function printCandidates(input: Input, io: Io): Promise<number> {
  try {
    const words = input.literal.length === 0 ? [""] : input.literal;
    await io.out(
      answerText(
        await complete(
          words,
          COMMANDS,
          (kind, { db, argument }) => databaseValues(kind, db ?? io.db, argument),
        ),
      ),
    );
  } catch {
    // Nothing to offer is an answer too.
  }
  return 0;
}
