/** How a run is going: one line that changes on a terminal, a line a step elsewhere. */

import type { EngineEvent } from "../../mod.ts";

/** Back to the start of the line, and clear it. */
const CLEAR = "\r\x1b[K";

/** Shows the events of a worker on stderr. */
export class Progress implements Disposable {
  readonly #live = Deno.stderr.isTerminal();
  readonly #running = new Map<string, string>();
  #done = 0;

  /** @param steps How many there are in all */
  constructor(private readonly steps: number) {}

  show(event: EngineEvent): void {
    if (event.type === "warning") return this.#print(`warning: ${event.message}`);
    if (event.type !== "started" && event.type !== "progress" && event.type !== "finished") return;
    const step = event.job.step ?? String(event.job.id);
    if (event.type === "started") this.#running.set(step, "");
    if (event.type === "progress") {
      this.#running.set(step, Object.entries(event.value ?? {}).map(([key, n]) => `${n} ${key}`).join(" "));
    }
    if (event.type === "finished") this.#finish(step, event);
    if (this.#live) this.#draw();
  }

  /** Takes the changing line away. */
  clear(): void {
    if (this.#live) write(CLEAR);
  }

  [Symbol.dispose](): void {
    this.clear();
  }

  #finish(step: string, { status, outcome, usage }: EngineEvent & { type: "finished" }): void {
    this.#running.delete(step);
    if (status === "completed" || status === "failed") this.#done++;
    const why = outcome.type === "failed" ? `: ${outcome.error?.message}` : "";
    this.#print(`${status === "completed" ? "✓" : "✗"} ${step} ${status} in ${usage.wallMs ?? 0} ms${why}`);
  }

  #print(line: string): void {
    write(`${this.#live ? CLEAR : ""}${line}\n`);
  }

  #draw(): void {
    const running = [...this.#running].map(([step, state]) => `${step} ${state}`.trim()).join(" · ");
    const { columns } = Deno.consoleSize();
    write(CLEAR + `${this.#done}/${this.steps} ${running}`.slice(0, columns - 1));
  }
}

function write(text: string): void {
  Deno.stderr.writeSync(new TextEncoder().encode(text));
}
