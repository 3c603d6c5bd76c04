/** What `gigq worker` does. */

import { UsageError } from "../../core/errors.ts";
import type { EngineEvent, EngineReport } from "../../engine/options.ts";
import { Worker } from "../../library/worker.ts";
import { escapeLine } from "../../output/escape.ts";
import { jsonLine } from "../../output/json_lines.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";
import { eventJson, jobLine } from "../progress/job_line.ts";
import { openToWork } from "../open_queue.ts";
import { outageLine } from "../progress/outage_line.ts";
import { Shutdown, shutdownNotice } from "../signals.ts";
import { giveUpAfter, workerOptions } from "../worker_options.ts";

/** Runs jobs until the queue is drained, a limit is reached or a signal comes. */
export async function runWorker(input: Input, io: Io): Promise<number> {
  const settings = workerOptions(input, io);
  const queues = input.strings("queue");
  const maxTime = input.duration("max-time");
  if (maxTime === 0) throw new UsageError("--max-time must be longer than nothing");
  await using queue = await openToWork(io);
  const teller = new Teller(
    io,
    input.flag("quiet"),
    () => worker.stop("cancel"),
    () => queue.now(),
    queue.location,
  );
  const worker = new Worker(queue, {
    ...settings,
    giveUpAfter: giveUpAfter(input, io),
    queues: queues.length > 0 ? queues : undefined,
    maxJobs: input.number("max-jobs"),
    maxTime,
    shutdownGrace: input.duration("shutdown-grace"),
    name: input.string("name"),
    onEvent: (event) => teller.hear(event),
  });
  using shutdown = new Shutdown((level) => worker.stop(level));
  const report = input.flag("drain") ? await worker.drain() : await worker.run();
  await teller.end(report);
  return shutdown.exitCode ?? 0;
}

/** Writes what happens: lines to stderr, or with `--json` events to stdout. */
class Teller {
  #written: Promise<void> = Promise.resolve();
  #failed = false;

  constructor(
    readonly io: Io,
    readonly quiet: boolean,
    /** Called when nobody reads the events any more. */
    readonly stop: () => void,
    readonly now: () => number,
    readonly location: string,
  ) {}

  hear(event: EngineEvent): void {
    if (event.type === "draining" && !this.io.json) {
      this.io.err(shutdownNotice(event.level, event.running, event.unsaved));
    }
    if (this.io.json) return this.#json(event);
    if (event.type === "warning") this.io.err(`gigq: ${escapeLine(event.message)}\n`);
    if (event.type === "unreachable" || event.type === "reachable") {
      this.io.err(outageLine(event, this.location));
    }
    if (this.quiet) return;
    if (event.type === "finished") this.io.err(`${jobLine(event, this.now())}\n`);
    if (event.type === "rescued") {
      this.io.err(`Took over ${event.ids.join(", ")} from a worker that is gone\n`);
    }
  }

  #json(event: EngineEvent): void {
    if (this.#failed || this.quiet) return;
    const object = eventJson(event, this.now());
    if (object === null) return;
    const write = this.io.out(jsonLine(object));
    this.#written = Promise.all([this.#written, write]).then(() => {});
    write.catch(() => {
      this.#failed = true;
      this.stop();
    });
  }

  async end(report: EngineReport): Promise<void> {
    await this.#written;
    if (!this.quiet && !this.io.json && this.io.errIsTerminal) this.io.err(`${summary(report)}\n`);
  }
}

function summary(report: EngineReport): string {
  const parts =
    (["completed", "failed", "retried", "ignored", "snoozed", "cancelled", "released", "lost"] as const)
      .filter((name) => report[name] > 0)
      .map((name) => `${report[name]} ${name === "released" ? "given back" : name}`);
  return parts.length === 0 ? "Nothing to do" : parts.join(", ");
}
