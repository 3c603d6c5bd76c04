/**
 * What happened, written down outside of the database. A line is `WORD JOB ATTEMPT` and reaches the file in one
 * write at its end, so that no kill tears it and processes may share the file.
 */

export type Word =
  /** The store took the job; no attempt. Written by whoever submitted it. */
  | "submitted"
  /** Written by the body, first and last. */
  | "begin"
  | "done"
  /** Written by the worker, after the store said what it made of a completion. */
  | "accepted"
  | "refused";

export interface Entry {
  readonly word: Word;
  readonly id: number;
  readonly attempt: number;
}

const WORDS: ReadonlySet<string> = new Set<Word>(["submitted", "begin", "done", "accepted", "refused"]);

/** Adds entries, all in one write. */
export function note(path: string, ...entries: readonly Entry[]): void {
  const text = entries.map(({ word, id, attempt }) => `${word} ${id} ${attempt}\n`).join("");
  Deno.writeTextFileSync(path, text, { append: true });
}

/** For the scripts of commands: the shell's way to note something about the attempt it runs. */
export function noteInShell(word: Word): string {
  return `echo "${word} $GIGQ_JOB_ID $GIGQ_ATTEMPT" >> "$LEDGER"`;
}

/** All entries in the order in which they were written. Throws at anything else. */
export async function readLedger(path: string): Promise<readonly Entry[]> {
  const text = await Deno.readTextFile(path);
  return text.trimEnd().split("\n").filter((line) => line !== "").map((line) => {
    const [word = "", id, attempt] = line.split(" ");
    if (!WORDS.has(word) || !/^\d+ \d+$/.test(`${id} ${attempt}`)) throw new Error(`Ledger: "${line}"`);
    return { word: word as Word, id: Number(id), attempt: Number(attempt) };
  });
}
