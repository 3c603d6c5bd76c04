/** Steps of a job: pieces of work that are done once, however many attempts the job takes. */

import { encodeJson, type Json } from "../core/json.ts";

/** Stores the result of a step, for this attempt and the next ones. */
export type SaveStep = (key: string, result: Json) => Promise<void>;

export class Steps {
  readonly #done: Map<string, Json>;
  readonly #running = new Map<string, Promise<Json>>();

  /** @param stored Results of earlier attempts */
  constructor(stored: Readonly<Record<string, Json>>, private readonly save: SaveStep) {
    this.#done = new Map(Object.entries(stored));
  }

  /** The stored result of a step, else that of running it, once it is stored. */
  async run(key: string, fn: () => unknown): Promise<Json> {
    const known = this.#done.get(key);
    if (known !== undefined) return known;
    return await (this.#running.get(key) ?? this.#start(key, fn));
  }

  #start(key: string, fn: () => unknown): Promise<Json> {
    const running = this.#once(key, fn);
    this.#running.set(key, running);
    const ended = (): unknown => this.#running.delete(key);
    running.then(ended, ended);
    return running;
  }

  async #once(key: string, fn: () => unknown): Promise<Json> {
    const value = await fn();
    // What the next attempt would get: a date is text for this one, too.
    const result = JSON.parse(encodeJson(value, `The result of step ${JSON.stringify(key)}`)) as Json;
    await this.save(key, result);
    this.#done.set(key, result);
    return result;
  }
}
