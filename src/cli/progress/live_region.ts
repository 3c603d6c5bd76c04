/** Lines at the bottom of a terminal that are drawn again and again. */

import { cutText } from "../../output/width.ts";
import type { Io } from "../io.ts";

/** Least time between two drawings, milliseconds: more often than this nobody can read. */
const PAUSE_MS = 80;
/** Widest line drawn. */
const MAX_COLUMNS = 80;

const CLEAR_BELOW = "\x1b[J";
const UP = (rows: number): string => rows === 0 ? "" : `\x1b[${rows}A`;

/**
 * Draws on stderr, and only where that is a terminal: elsewhere every method does nothing. What else is written
 * to the terminal goes through {@linkcode LiveRegion.around}, or the two would overwrite each other. `render` gives
 * lines that are safe for a terminal.
 */
export class LiveRegion implements Disposable {
  #rows = 0;
  #drawnAt = -Infinity;
  #timer: ReturnType<typeof setTimeout> | undefined;
  /** Somebody else writes at the moment, or it is over. */
  #held = false;
  readonly #active: boolean;

  constructor(
    readonly io: Pick<Io, "err" | "errIsTerminal" | "env">,
    readonly render: (columns: number) => string[],
  ) {
    this.#active = io.errIsTerminal && io.env("TERM") !== "dumb";
  }

  /** Whether anything is ever drawn. */
  get active(): boolean {
    return this.#active;
  }

  /** Draws soon: changes that come faster than they can be read share one drawing. */
  update(): void {
    if (!this.#active || this.#held || this.#timer !== undefined) return;
    const wait = this.#drawnAt + PAUSE_MS - performance.now();
    if (wait <= 0) return this.#draw();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#draw();
    }, wait);
  }

  /** Takes the lines away, lets `write` write, and draws them again below. */
  async around(write: () => Promise<void> | void): Promise<void> {
    if (this.#held) return await write();
    this.clear();
    this.#held = true;
    try {
      await write();
    } finally {
      this.#held = false;
    }
    this.update();
  }

  /** Takes the lines away. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#rows === 0) return;
    this.io.err(`\r${UP(this.#rows - 1)}${CLEAR_BELOW}`);
    this.#rows = 0;
  }

  /** Takes the lines away for good. */
  [Symbol.dispose](): void {
    this.clear();
    this.#held = true;
  }

  #draw(): void {
    const columns = Math.min(terminalColumns() - 1, MAX_COLUMNS);
    const lines = this.render(columns).map((line) => cutText(line, columns));
    const back = this.#rows === 0 ? "" : `\r${UP(this.#rows - 1)}`;
    this.io.err(`${back}${CLEAR_BELOW}${lines.join("\n")}`);
    this.#rows = lines.length;
    this.#drawnAt = performance.now();
  }
}

function terminalColumns(): number {
  try {
    return Deno.consoleSize().columns || MAX_COLUMNS;
  } catch {
    return MAX_COLUMNS; // a terminal that does not tell its size
  }
}
