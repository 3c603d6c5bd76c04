/** One connection to the server. Whatever it is asked is answered, or fails by a deadline. */

import { type Answer, type Client, createClient } from "./driver.ts";
import { isSevered, Severed, toFailure } from "./failure.ts";
import type { Sql, Value } from "./sql.ts";
import type { Statements } from "./statements.ts";

/**
 * The deadline is for the next answer, not for all: several statements may be under way. A server that does not answer
 * by then is not heard any more; what it still does, it undoes itself (see `beginSql`).
 */
export class Connection implements Sql {
  readonly #client: Client;
  readonly #statements: Statements;
  readonly #timeoutMs: number;
  #waiting = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #end: Severed | undefined;

  private constructor(client: Client, statements: Statements, timeoutMs: number) {
    this.#client = client;
    this.#statements = statements;
    this.#timeoutMs = timeoutMs;
    client.on("error", (error) => this.#ended(error));
    client.on("end", () => this.#ended(new Severed("The connection was closed")));
  }

  /** @throws {Severed} When there is no server, or it does not answer */
  static async open(url: string, statements: Statements, timeoutMs: number): Promise<Connection> {
    const client = createClient(url, timeoutMs);
    const connection = new Connection(client, statements, timeoutMs);
    try {
      await client.connect();
    } catch (error) {
      connection.cut("It could not be opened");
      throw toFailure(error);
    }
    client.connection.stream.setNoDelay?.(true);
    return connection;
  }

  /** Whether it can be used. */
  get alive(): boolean {
    return this.#end === undefined;
  }

  async all<Row>(text: string, ...params: readonly Value[]): Promise<Row[]> {
    return (await this.#query(text, params)).rows as Row[];
  }

  async get<Row>(text: string, ...params: readonly Value[]): Promise<Row | undefined> {
    return (await this.#query(text, params)).rows[0] as Row | undefined;
  }

  async run(text: string, ...params: readonly Value[]): Promise<number> {
    return (await this.#query(text, params)).rowCount ?? 0;
  }

  /** Several statements without parameters, in one go; the answer to each. */
  async script(text: string): Promise<readonly Answer[]> {
    const answer = await this.#send({ text: this.#statements.place(text) });
    return Array.isArray(answer) ? answer : [answer];
  }

  /** What the server sends by itself, once `LISTEN` asked for it. */
  onNotification(heard: (payload: string) => void): void {
    this.#client.on("notification", ({ payload = "" }) => heard(payload));
  }

  /** Calls back once the connection is gone. */
  onEnd(gone: () => void): void {
    this.#client.on("end", gone);
  }

  /** Ends it at once; what is under way fails. */
  cut(why: string): void {
    this.#ended(new Severed(why));
    this.#client.connection.stream.destroy();
  }

  /** Takes leave of the server. */
  async close(): Promise<void> {
    if (!this.alive) return;
    this.#end = new Severed("The connection was closed");
    // A server that does not answer is not waited for.
    const timer = setTimeout(() => this.#client.connection.stream.destroy(), this.#timeoutMs);
    await this.#client.end().catch(() => {});
    clearTimeout(timer);
  }

  async #query(text: string, values: readonly Value[]): Promise<Answer> {
    return await this.#send({ ...this.#statements.get(text), values }) as Answer;
  }

  async #send(query: Parameters<Client["query"]>[0]): Promise<Answer | Answer[]> {
    if (this.#end !== undefined) throw this.#end;
    this.#waiting++;
    if (this.#waiting === 1) this.#watch();
    try {
      return await this.#client.query(query);
    } catch (error) {
      const failure = this.#end ?? toFailure(error);
      if (isSevered(failure)) this.cut("The server ended the connection");
      throw failure;
    } finally {
      this.#waiting--;
      this.#watch();
    }
  }

  /** Sets the deadline for the next answer, if one is awaited. */
  #watch(): void {
    clearTimeout(this.#timer);
    if (this.#waiting === 0 || !this.alive) return;
    const seconds = this.#timeoutMs / 1_000;
    this.#timer = setTimeout(() => this.cut(`No answer within ${seconds} s`), this.#timeoutMs);
  }

  #ended(error: unknown): void {
    const failure = toFailure(error);
    this.#end ??= failure instanceof Severed ? failure : new Severed(String(failure), { cause: failure });
    clearTimeout(this.#timer);
  }
}
