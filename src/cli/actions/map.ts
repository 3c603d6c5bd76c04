/** What `gigq map` does. */

import { UsageError } from "../../core/errors.ts";
import { isFinal, PENDING } from "../../core/transitions.ts";
import type { EngineEvent } from "../../engine/options.ts";
import { toPolicy } from "../../library/job_input.ts";
import type { JobQueue } from "../../library/queue.ts";
import { Worker } from "../../library/worker.ts";
import { escapeLine } from "../../output/escape.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";
import { placeOfCommand, policyOptions, secretOptions } from "../job_options.ts";
import { FailureLimit } from "../map/failure_limit.ts";
import { Feed } from "../map/feed.ts";
import { MapIdentity } from "../map/identity.ts";
import { formatOption, items } from "../map/items.ts";
import { argvTemplate, commandTemplate } from "../map/job_template.ts";
import { Printer } from "../map/printer.ts";
import { keepSweeping, sweep } from "../map/sweeper.ts";
import { Window } from "../map/window.ts";
import { LiveRegion } from "../progress/live_region.ts";
import { maxFailsOption } from "../max_fails_option.ts";
import { mapLine } from "../progress/map_progress.ts";
import { openToWork } from "../open_queue.ts";
import { outageLine } from "../progress/outage_line.ts";
import { Shutdown, shutdownNotice, type StopLevel } from "../signals.ts";
import { waitingGiveUpAfter, workerOptions } from "../worker_options.ts";

/** Items read ahead of the one that is printed next: bounds memory while the first of them takes its time. */
const WINDOW = 1_000;
/** With more jobs at once than this the window grows, so that all of them have something to do. */
const WINDOW_A_SLOT = 4;
/** Exit code for more failed items than an exit code can count. */
const MANY_FAILED = 101;

/** Stores items as jobs, works them, and prints what they print. */
export async function runMap(input: Input, io: Io): Promise<number> {
  const format = formatOption(input);
  const argv = argvTemplate(input, format);
  if (argv.length === 0) {
    throw new UsageError("There is no command to run", { hint: "Write gigq map -- COMMAND {}" });
  }
  const policy = { ...policyOptions(input), ...secretOptions(input) };
  toPolicy("command", policy, io.jobs?.defaults); // a bad policy is refused before anything is read
  const settings = workerOptions(input, io);
  const maxFails = maxFailsOption(input) ?? null;
  const template = commandTemplate(argv, input, io);
  const { cwd, env } = placeOfCommand(input, io);
  await using opened = await openToWork(io);
  const giveUpAfter = waitingGiveUpAfter(input, io);
  const queue = opened.patient(giveUpAfter);
  const slots = settings.concurrency ?? navigator.hardwareConcurrency;
  const window = new Window(Math.max(WINDOW, slots * WINDOW_A_SLOT), input.flag("unordered"));
  const identity = new MapIdentity({ argv, cwd, env });
  const feed = new Feed({ queue, window, identity, template, policy, fresh: input.flag("fresh") });
  const printer = new Printer(queue, io, input.flag("raw"));
  const limit = new FailureLimit(maxFails, { queue, window, feed });
  const run = new MapRun(queue, window, feed, printer, limit, io, input.flag("quiet"));
  const worker = new Worker(opened, {
    ...settings,
    giveUpAfter,
    queues: [identity.queue],
    schedules: false,
    onEvent: (event) => run.hear(event),
  });
  return await run.run(items(io.stdin, format), worker);
}

/** The parts at work together: reading, working, sweeping and printing, until all is printed or a signal comes. */
class MapRun {
  #running = 0;
  #complete = false;
  #problem: { readonly error: unknown } | null = null;
  readonly #startedAt = performance.now();
  readonly #live: LiveRegion;

  constructor(
    readonly queue: JobQueue,
    readonly window: Window,
    readonly feed: Feed,
    readonly printer: Printer,
    readonly limit: FailureLimit,
    readonly io: Io,
    quiet: boolean,
  ) {
    const shown = { ...pick(io), errIsTerminal: io.errIsTerminal && !quiet };
    this.#live = new LiveRegion(shown, () => [this.#line()]);
  }

  async run(
    batches: AsyncIterable<Parameters<Feed["feed"]>[0]>,
    worker: Worker,
  ): Promise<number> {
    using shutdown = new Shutdown((level) => this.#stop(worker, level));
    const ended = new AbortController();
    this.window.onFailure = () => this.limit.check();
    this.limit.onError = (error) => this.#breakOff(worker, error);
    const work = worker.run().catch((error) => this.#note(error)).finally(() => this.window.stop());
    const sweeping = keepSweeping(this.queue, this.window, this.feed, ended.signal)
      .catch((error) => this.#breakOff(worker, error));
    // Not awaited: a read of standard input cannot be called back, and there may be nothing more to read.
    void this.#read(batches);
    await this.#print().catch((error) => this.#breakOff(worker, error));
    worker.stop("drain");
    await work;
    ended.abort();
    await sweeping;
    this.#live[Symbol.dispose]();
    if (this.#problem !== null || shutdown.exitCode !== null) await this.#takeBack();
    if (this.#problem !== null) throw this.#problem.error;
    return this.#exitCode(shutdown);
  }

  /** A bad line ends the input; what was read before it is worked and printed still. */
  async #read(batches: AsyncIterable<Parameters<Feed["feed"]>[0]>): Promise<void> {
    try {
      for await (const batch of batches) {
        await this.feed.feed(batch);
        if (this.window.stopped || this.window.halted) break;
        this.#live.update();
      }
    } catch (error) {
      this.#note(error);
    }
    this.#complete = true;
    this.limit.complete();
    this.window.close();
    this.#live.update();
  }

  async #print(): Promise<void> {
    for (let slot = await this.window.take(); slot !== null; slot = await this.window.take()) {
      const ended = slot;
      await this.#live.around(() => this.printer.print(ended));
    }
  }

  hear(event: EngineEvent): void {
    switch (event.type) {
      case "started":
        this.#running++;
        break;
      case "finished":
        this.#running--;
        if (event.outcome.type === "snoozed" && event.outcome.pauseQueue) this.#paused(event.job.queue);
        if (event.accepted && event.status !== null && isFinal(event.status)) {
          this.window.settle(event.job.id, { status: event.status, attempt: event.job.attempt });
        }
        break;
      case "rescued":
        void sweep(this.queue, this.window, this.feed).catch((error) => this.#note(error));
        break;
      case "warning":
        void this.#live.around(() => this.io.err(`gigq: ${escapeLine(event.message)}\n`));
        break;
      case "unreachable":
      case "reachable":
        void this.#live.around(() => this.io.err(outageLine(event, this.queue.location)));
        break;
      default:
        return;
    }
    this.#live.update();
  }

  /** A rule has stopped all of it, and nothing else would tell. */
  #paused(queue: string): void {
    const text = `gigq: A rule paused queue ${queue}; gigq queue resume ${queue} goes on\n`;
    void this.#live.around(() => this.io.err(text));
  }

  #stop(worker: Worker, level: StopLevel): void {
    void this.#live.around(() => this.io.err(shutdownNotice(level, this.#running)));
    worker.stop(level);
  }

  /** A map that was broken off must not go on in the hands of other workers: what waits is cancelled. */
  async #takeBack(): Promise<void> {
    const waiting = await this.queue.list({ ids: this.window.waiting, statuses: PENDING });
    await this.queue.cancel(waiting.map((job) => job.id));
  }

  /** Nobody reads the output any more, or the store is gone: what runs is given back. */
  #breakOff(worker: Worker, error: unknown): void {
    this.#note(error);
    worker.stop("cancel");
    this.window.stop();
  }

  /** Keeps the first problem for the end. */
  #note(error: unknown): void {
    this.#problem ??= { error };
  }

  #exitCode(shutdown: Shutdown): number {
    const { failed, printed } = this.printer;
    if (shutdown.exitCode !== null) {
      this.io.err(
        `Interrupted with ${printed} of ${this.feed.count} done; the same command goes on from there\n`,
      );
      return shutdown.exitCode;
    }
    if (this.limit.halted) {
      this.io.err(`gigq: ${this.limit.text(printed)}; the same command goes on from there\n`);
    } else if (failed > 0) {
      this.io.err(`gigq: ${failed} of ${printed} items failed; the same command runs them again\n`);
    }
    return failed > 100 ? MANY_FAILED : failed;
  }

  #line(): string {
    return mapLine({
      done: this.printer.printed,
      failed: this.printer.failed,
      running: this.#running,
      known: this.feed.count,
      complete: this.#complete,
      elapsedMs: performance.now() - this.#startedAt,
    });
  }
}

function pick(io: Io): Pick<Io, "err" | "errIsTerminal" | "env"> {
  return { err: (text) => io.err(text), errIsTerminal: io.errIsTerminal, env: (name) => io.env(name) };
}
