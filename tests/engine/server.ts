/** A store on a server that can be out of reach, for workers that share it. */

import { UnavailableError } from "../../src/core/errors.ts";
import type { Schedules, Store } from "../../src/core/ports.ts";

/** `down`: nobody reaches it · `silent`: it does not answer, though others may reach it. */
export type Reach = "up" | "down" | "silent";

export class Server {
  reach: Reach = "up";
  /** The next call of this verb is carried out, and its answer does not arrive. */
  #losing: string | null = null;

  constructor(private readonly inner: Store) {}

  /** The answer to the next call of this verb is lost on its way. */
  loseAnswer(verb: keyof Store | keyof Schedules): void {
    this.#losing = verb;
  }

  /** A way to the server: cutting one does not cut the others. */
  connect(isCut: () => boolean = () => false): Store {
    return new Proxy(this.inner, {
      get: (target, verb: string): unknown => {
        const value = Reflect.get(target, verb);
        if (verb === "capabilities") return { ...target.capabilities, shared: true, remote: true };
        if (verb === "schedules") return this.#schedules(target.schedules, isCut);
        if (typeof value !== "function" || verb === "watch" || verb === "close") {
          return typeof value === "function" ? value.bind(target) : value;
        }
        return (...args: unknown[]) => this.#call(verb, () => value.apply(target, args), isCut);
      },
    });
  }

  #schedules(inner: Schedules, isCut: () => boolean): Schedules {
    return new Proxy(inner, {
      get: (target, verb: string) => (...args: unknown[]) =>
        this.#call(verb, () => Reflect.get(target, verb).apply(target, args), isCut),
    });
  }

  async #call(verb: string, act: () => Promise<unknown>, isCut: () => boolean): Promise<unknown> {
    if (this.reach === "down") throw new UnavailableError("The server refuses connections", { down: true });
    if (this.reach === "silent" || isCut()) throw new UnavailableError("The server does not answer");
    const answer = await act();
    if (this.#losing !== verb) return answer;
    this.#losing = null;
    throw new UnavailableError("The connection was lost");
  }
}
