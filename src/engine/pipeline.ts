/**
 * Exchanges with the store that are under way. One after the other where the store answers at once. Where it answers from
 * afar and has plenty of jobs, two at a time of half the size: while it works on one, this worker runs the jobs of the
 * other.
 */

/** Fewer jobs at once are not worth two journeys. */
const LEAST_CONCURRENCY = 32;
const DEPTH = 2;

export class Pipeline {
  readonly #underWay = new Set<Promise<void>>();
  readonly #depth: number;
  readonly #half: number;
  #asked = 0;
  /** The last claim gave all that it asked for. */
  #isFull = false;
  /** A claim gave less while another exchange was under way, whose news it may have missed. */
  #missed = false;

  readonly #ended: () => void;

  /** @param ended Hears of the end of exchanges that were not waited for */
  constructor(isRemote: boolean, concurrency: number, ended: () => void) {
    this.#depth = isRemote && concurrency >= LEAST_CONCURRENCY ? DEPTH : 1;
    this.#half = Math.ceil(concurrency / DEPTH);
    this.#ended = ended;
  }

  /** Jobs that may come any moment. */
  get asked(): number {
    return this.#asked;
  }

  get isEmpty(): boolean {
    return this.#underWay.size === 0;
  }

  /** How many jobs one exchange may finish, and claim. */
  get part(): number {
    return this.#depth > 1 && this.#isFull ? this.#half : Infinity;
  }

  /** Whether an exchange of so many jobs may begin now. */
  takes(jobs: number): boolean {
    if (this.isEmpty) return jobs > 0;
    return this.#isFull && this.#underWay.size < this.#depth && jobs >= this.#half;
  }

  /** Begins an exchange, which never rejects; resolves when there may be room for another. */
  async begin(exchange: () => Promise<void>): Promise<void> {
    const underWay: Promise<void> = exchange().finally(() => {
      this.#underWay.delete(underWay);
      if (this.#depth > 1) this.#ended();
    });
    this.#underWay.add(underWay);
    if (this.#underWay.size >= this.#depth) await Promise.race(this.#underWay);
  }

  /** Jobs are asked for. */
  ask(jobs: number): void {
    this.#asked += jobs;
  }

  /**
   * An answer to {@linkcode ask} is here.
   *
   * @returns Whether to look once more: only an exchange that is alone hears of all that the others did
   */
  answered(asked: number, given: number): boolean {
    this.#asked -= asked;
    if (asked > 0) {
      this.#isFull = given >= asked;
      this.#missed ||= !this.#isFull && this.#underWay.size > 1;
    }
    const look = this.#missed && this.#underWay.size <= 1;
    if (look) this.#missed = false;
    return look;
  }

  /** Resolves when no exchange is under way. */
  async ended(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }
}
