/** What the runner of a job that knows secrets sees of its attempt: nothing it says through this has their values. */

import { DataError } from "../core/errors.ts";
import type { Checkpoint } from "../core/job.ts";
import type { Json } from "../core/json.ts";
import type { LogStream, Parent, ProcessInfo, RunContext, RunResult, Savings } from "../core/ports.ts";
import { type RedactedStream, Redactor } from "../core/redact.ts";
import { asJson } from "./outcome.ts";

const encoder = new TextEncoder();

/** Masks everything on its way from a runner to the engine. */
export class MaskedContext implements RunContext {
  readonly #redactor: Redactor;
  readonly #streams = new Map<LogStream, RedactedStream>();

  /** @param redactor Masks the values of the secrets, and what else the job must not tell */
  constructor(
    private readonly inner: RunContext,
    readonly secrets: Readonly<Record<string, string>>,
    redactor: Redactor,
  ) {
    this.#redactor = redactor;
  }

  get signal(): AbortSignal {
    return this.inner.signal;
  }

  get kill(): AbortSignal {
    return this.inner.kill;
  }

  get warning(): AbortSignal {
    return this.inner.warning;
  }

  get parents(): readonly Parent[] {
    return this.inner.parents;
  }

  get checkpoint(): Checkpoint | null {
    return this.inner.checkpoint;
  }

  get location(): string | null {
    return this.inner.location;
  }

  log(stream: LogStream, data: Uint8Array | string): void {
    const masking = this.#streams.get(stream) ?? this.#redactor.stream();
    this.#streams.set(stream, masking);
    this.#pass(stream, masking.write(typeof data === "string" ? encoder.encode(data) : data));
  }

  progress(value: Json): void {
    this.inner.progress(this.#redactor.json(value));
  }

  async save({ checkpoint, steps }: Savings): Promise<void> {
    for (const key of Object.keys(steps ?? {})) {
      // Masked, it would not be found again.
      if (this.#redactor.knows(key)) throw new DataError("The key of a step contains a secret");
    }
    await this.inner.save({
      ...checkpoint === undefined ? {} : { checkpoint: this.#redactor.json(checkpoint) },
      ...steps === undefined ? {} : { steps: this.#redactor.json(steps) as Record<string, Json> },
    });
  }

  beforeBeat(look: () => void): void {
    this.inner.beforeBeat(look);
  }

  process(info: ProcessInfo): Promise<void> {
    return this.inner.process(info);
  }

  /** Passes on what is left of the output, and masks how the run ended. */
  end(result: RunResult): RunResult {
    for (const [stream, masking] of this.#streams) this.#pass(stream, masking.end());
    this.#streams.clear();
    // A function returns anything: members that are not there, circles, objects that become text.
    const ended = asJson(result);
    if (ended.type === "completed") return { ...ended, result: this.#redactor.json(ended.result) };
    return ended.error === null ? ended : { ...ended, error: this.#redactor.error(ended.error) };
  }

  #pass(stream: LogStream, data: Uint8Array): void {
    if (data.length > 0) this.inner.log(stream, data);
  }
}
