/** What `gigq worker` tells while it works. */

import type { EngineEvent, EngineReport } from "../../engine/options.ts";
import { escapeLine } from "../../output/escape.ts";
import { jsonLine } from "../../output/json_lines.ts";
import type { Io } from "../io.ts";
import { shutdownNotice } from "../signals.ts";
import { eventJson, jobLine } from "./job_line.ts";
import { outageLine } from "./outage_line.ts";
import { scheduleLine } from "./schedule_line.ts";

const OWN_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone;

/** Writes what happens: lines to stderr, or with `--json` events to stdout. */
export class Teller {
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
    if (event.type === "fired" || event.type === "skipped") {
      this.io.err(`${scheduleLine(event, this.now(), OWN_ZONE)}\n`);
    }
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

  /** @param report Absent where no jobs were run */
  async end(report?: EngineReport): Promise<void> {
    await this.#written;
    if (report === undefined || this.quiet || this.io.json || !this.io.errIsTerminal) return;
    this.io.err(`${summary(report)}\n`);
  }
}

function summary(report: EngineReport): string {
  const parts =
    (["completed", "failed", "retried", "ignored", "snoozed", "cancelled", "released", "lost"] as const)
      .filter((name) => report[name] > 0)
      .map((name) => `${report[name]} ${name === "released" ? "given back" : name}`);
  return parts.length === 0 ? "Nothing to do" : parts.join(", ");
}
