/** What `gigq run` shows while it works: a view on a terminal, a line a step elsewhere. */

import type { Job, JobId, Status } from "../../core/job.ts";
import type { EngineEvent } from "../../engine/options.ts";
import { isFinal } from "../../core/transitions.ts";
import type { JobQueue } from "../../library/queue.ts";
import { escapeLine } from "../../output/escape.ts";
import type { Io } from "../io.ts";
import { jobTitle } from "../job_title.ts";
import { endLine } from "./job_line.ts";
import { outageLine } from "./outage_line.ts";
import { LiveRegion } from "./live_region.ts";
import { stepLines, type StepState, summary } from "./steps_view.ts";

/** Time between two looks at steps that nothing was heard of, and between two moves of the clocks shown. */
const TICK_MS = 500;
/** Beyond so many steps they are looked at when the run ends, not while it goes on. */
const MANY_STEPS = 500;

/** A step and its job. */
type Step = { -readonly [K in keyof StepState]: StepState[K] };

/** Follows the steps of one run. */
export class RunProgress implements Disposable {
  /** Steps that run in this process. */
  running = 0;
  readonly #steps = new Map<JobId, Step>();
  readonly #live: LiveRegion;
  readonly #startedAt: number;
  #tick: ReturnType<typeof setInterval> | undefined;

  constructor(
    readonly title: string,
    readonly queue: JobQueue,
    readonly workflow: number,
    readonly io: Io,
    readonly quiet: boolean,
  ) {
    this.#startedAt = io.now();
    const terminal = { err: io.err, errIsTerminal: io.errIsTerminal && !quiet, env: io.env };
    this.#live = new LiveRegion(terminal, () => this.#lines());
    if (this.#live.active) this.#tick = setInterval(() => void this.#look(), TICK_MS);
  }

  hear(event: EngineEvent): void {
    switch (event.type) {
      case "started":
        this.running++;
        this.#set(event.job, {
          status: "running",
          startedAt: event.job.startedAt,
          finishedAt: null,
          progress: null,
        });
        break;
      case "progress":
        this.#set(event.job, { progress: event.value });
        break;
      case "finished":
        this.running--;
        this.#ended(event);
        break;
      case "warning":
        this.say(`gigq: ${escapeLine(event.message)}\n`);
        break;
      case "unreachable":
      case "reachable":
        this.say(outageLine(event, this.queue.location));
        break;
      default:
        return;
    }
    this.#live.update();
  }

  /** Writes a message that stays. */
  say(text: string): void {
    void this.#live.around(() => this.io.err(text));
  }

  /** Reads how all steps stand; what ended unheard, such as a skipped step, gets its line. */
  async refresh(): Promise<void> {
    const first = this.#steps.size === 0;
    for (const job of await this.queue.list({ workflow: this.workflow })) {
      const before = this.#steps.get(job.id)?.status;
      this.#steps.set(job.id, toStep(job));
      if (!first && before !== job.status && isFinal(job.status)) {
        this.#tell(`${nameOf(job)} ${job.status}\n`);
      }
    }
    this.#live.update();
  }

  /** The last look, and a summary. */
  async end(): Promise<void> {
    await this.refresh();
    if (this.#live.active) this.say(`${this.#lines().join("\n")}\n`);
    else if (!this.quiet) this.io.err(`${escapeLine(this.title)}: ${summary([...this.#steps.values()])}\n`);
  }

  [Symbol.dispose](): void {
    clearInterval(this.#tick);
    this.#live[Symbol.dispose]();
  }

  #ended(event: Extract<EngineEvent, { type: "finished" }>): void {
    const status: Status = event.status ?? "failed";
    this.#set(event.job, { status, finishedAt: this.io.now(), progress: null });
    const hint = status === "failed" ? `; gigq logs ${event.job.id} shows its output` : "";
    const line = `${nameOf(event.job)} ${endLine(event, this.io.now())}${hint}\n`;
    // A failure stays on the screen when the view is gone.
    if (this.#live.active && status === "failed") this.say(line);
    else this.#tell(line);
  }

  /** A job that a rule started is not known before. */
  #set(job: Named & Pick<Job, "id">, change: Partial<Step>): void {
    const step = this.#steps.get(job.id);
    if (step !== undefined) Object.assign(step, change);
    else this.#steps.set(job.id, { ...NEW, name: titleOf(job), ...change });
  }

  /** Lines about steps are for those who do not see the view. */
  #tell(line: string): void {
    if (!this.#live.active && !this.quiet) this.io.err(line);
  }

  async #look(): Promise<void> {
    if (this.#steps.size <= MANY_STEPS) await this.refresh().catch(() => {}); // the worker reports a lost store
    this.#live.update();
  }

  #lines(): string[] {
    return stepLines(this.title, [...this.#steps.values()], this.#startedAt, this.io.now());
  }
}

type Named = Pick<Job, "step" | "name" | "kind" | "payload">;

const NEW = { status: "running", startedAt: null, finishedAt: null, progress: null } as const;

function titleOf(job: Named): string {
  return job.step ?? jobTitle(job);
}

function nameOf(job: Named): string {
  return escapeLine(titleOf(job));
}

function toStep(job: Job): Step {
  const { status, startedAt, finishedAt, progress } = job;
  return { name: titleOf(job), status, startedAt, finishedAt, progress };
}
