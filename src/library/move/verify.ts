/** Reads both stores once more and compares them, record by record. */

import type { Transfer } from "../../core/ports.ts";
import type { Difference } from "./difference.ts";
import { type Line, linesOf } from "./lines.ts";
import { type MoveFigures, Tally } from "./tally.ts";

/** What two stores that are equal hold. */
export interface Proof {
  readonly figures: MoveFigures;
  /** SHA-256 over all lines, in hexadecimal. */
  readonly checksum: string;
}

/** How the comparison is made. */
export interface VerifyOptions {
  readonly batch: number;
  readonly signal: AbortSignal | undefined;
  /** Hears how many jobs were compared. */
  readonly compared: (jobs: number) => void;
}

/** @returns Where they differ, if they do */
export async function verify(
  source: Transfer,
  target: Transfer,
  { batch, signal, compared }: VerifyOptions,
): Promise<Proof | Difference> {
  const { createHash } = await import("node:crypto");
  const [left, right] = [source, target].map((transfer): Side => ({
    lines: new Lines(linesOf(transfer, batch)),
    hash: createHash("sha256"),
  })) as [Side, Side];
  const tally = new Tally();
  for (;;) {
    signal?.throwIfAborted();
    await Promise.all([left.lines.fill(), right.lines.fill()]);
    compared(tally.jobs);
    const count = Math.min(left.lines.length, right.lines.length);
    if (count === 0) break;
    for (let at = 0; at < count; at++) {
      const [wanted, found] = [left.lines.take()!, right.lines.take()!];
      if (wanted.text !== found.text) return { source: wanted, target: found };
      left.hash.update(wanted.text).update("\n");
      right.hash.update(found.text).update("\n");
      tally.add(wanted.record);
    }
  }
  const [wanted, found] = [left.lines.take(), right.lines.take()];
  if (wanted !== undefined || found !== undefined) return { source: wanted, target: found };
  const checksum = left.hash.digest("hex");
  if (checksum !== right.hash.digest("hex")) throw new Error("Equal lines have different checksums");
  return { figures: tally.figures, checksum };
}

interface Side {
  readonly lines: Lines;
  readonly hash: { update(text: string): Side["hash"]; digest(encoding: "hex"): string };
}

/** Lines that were read and not yet compared. */
class Lines {
  #page: readonly Line[] = [];
  #at = 0;

  constructor(private readonly pages: AsyncGenerator<readonly Line[]>) {}

  get length(): number {
    return this.#page.length - this.#at;
  }

  take(): Line | undefined {
    return this.#page[this.#at++];
  }

  /** Reads on, if nothing is left: afterwards there is something, or it is the end. */
  async fill(): Promise<void> {
    while (this.length === 0) {
      const { done, value } = await this.pages.next();
      if (done) return;
      this.#page = value;
      this.#at = 0;
    }
  }
}
