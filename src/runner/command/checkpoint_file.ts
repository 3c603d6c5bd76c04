/** `GIGQ_CHECKPOINT`: a file in which a command leaves how far it is, and finds how far the last attempt was. */

import { BOUNDS } from "../../core/bounds.ts";
import { LostError } from "../../core/errors.ts";
import type { Checkpoint } from "../../core/job.ts";
import type { ClaimedJob, RunContext } from "../../core/ports.ts";
import { exists, libc } from "./libc.ts";
import { baseOf, type LeftFile, leftFiles, nameOf, remove } from "./left_files.ts";
import { privateFolder } from "./private_folder.ts";

const OWNER_ONLY = 0o600;

/** The file of one attempt. Nothing is there until a checkpoint is. */
export class CheckpointFile {
  /** What the store has, as far as this attempt knows. */
  #stored: string | null;
  #seen = "";
  #exists = false;
  #saving: Promise<void> = Promise.resolve();
  #warned = false;

  constructor(readonly path: string, private readonly context: RunContext) {
    this.#stored = textOf(context.checkpoint);
  }

  /**
   * Puts what was saved into the file: by the store's word, or by the file that an attempt on this machine left when
   * its worker was killed, whichever attempt is the later one.
   *
   * @param left Files of earlier attempts
   */
  restore(left: readonly LeftFile[]): void {
    const since = this.context.checkpoint?.attempt ?? 0;
    const last = left.findLast(({ attempt, whole }) => whole && attempt >= since);
    const found = last === undefined ? null : read(last.path);
    const text = typeof found === "string" ? found : this.#stored;
    if (text !== null) {
      remove(this.path);
      Deno.writeTextFileSync(this.path, text, { createNew: true, mode: OWNER_ONLY });
      this.#exists = true;
      this.#seen = stamp(Deno.lstatSync(this.path));
      if (text !== this.#stored) this.#save(text);
    }
    this.#afterSaving(() => left.forEach(({ path }) => remove(path)));
  }

  /** Saves what has changed. */
  readonly look = (): void => {
    const info = statOf(this.path);
    if (info === null || stamp(info) === this.#seen) return;
    this.#exists = true;
    this.#seen = stamp(info);
    const found = read(this.path);
    if (typeof found === "string") this.#save(found);
    else this.#warn(found.problem);
  };

  /** The attempt is over: saves what is in the file unless the job is done, and takes the file away. */
  end(completed: boolean): void {
    const info = statOf(this.path);
    if (info === null) {
      // The command has deleted it: the next attempt starts from the beginning.
      if (this.#exists && !completed) this.#save(null);
      return;
    }
    if (completed) return remove(this.path);
    const found = read(this.path);
    if (typeof found !== "string") this.#warn(found.problem);
    else if (found !== this.#stored) this.#save(found);
    this.#afterSaving(() => remove(this.path));
  }

  #save(text: string | null): void {
    this.#stored = text;
    this.#saving = this.context.save({ checkpoint: text });
    this.#saving.catch((error: Error) => {
      if (!(error instanceof LostError)) this.#warn(error.message);
    });
  }

  /** What could not be saved stays where the next attempt on this machine looks for it. */
  #afterSaving(act: () => void): void {
    this.#saving.then(act, () => {});
  }

  #warn(problem: string): void {
    if (this.#warned) return;
    this.#warned = true;
    this.context.log("log", `The checkpoint is not saved: ${problem}\n`);
  }
}

/** Names the files of a worker's commands. */
export class CheckpointFiles {
  readonly #names = new Map<string, string>();
  /** A database in memory is no other process's: nor are the files of its jobs. */
  readonly #ownLocation = `memory ${crypto.randomUUID()}`;
  #warned = false;

  /** The file of an attempt, with what was saved in it; `null` where there can be none. */
  async prepare(job: ClaimedJob, context: RunContext): Promise<CheckpointFile | null> {
    const folder = privateFolder();
    if ("problem" in folder) return this.#refuse(folder.problem, context);
    const location = context.location ?? this.#ownLocation;
    const name = this.#names.get(location) ?? await nameOf(location);
    this.#names.set(location, name);
    const base = baseOf(name, job);
    const file = new CheckpointFile(`${folder.path}/${base}${job.attempt}`, context);
    if (job.attempt === 1 && context.checkpoint === null) return file;
    try {
      file.restore(leftFiles(folder.path, base).filter(({ attempt }) => attempt < job.attempt));
    } catch (error) {
      return this.#refuse((error as Error).message, context);
    }
    return file;
  }

  /** Tells it where it matters: to a job that would go on from a checkpoint, else once. */
  #refuse(problem: string, context: RunContext): null {
    if (!this.#warned || context.checkpoint !== null) {
      context.log("log", `There is no checkpoint file: ${problem}\n`);
    }
    this.#warned = true;
    return null;
  }
}

/** Commands save text; what another kind of saving left is handed over as JSON. */
function textOf(checkpoint: Checkpoint | null): string | null {
  if (checkpoint === null || checkpoint.value === null) return null;
  return typeof checkpoint.value === "string" ? checkpoint.value : JSON.stringify(checkpoint.value);
}

function read(path: string): string | { readonly problem: string } {
  try {
    const { isFile, size } = Deno.lstatSync(path);
    if (!isFile) return { problem: "it is not a file" };
    if (size > BOUNDS.jsonBytes) {
      return { problem: `it has ${size} bytes, more than the ${BOUNDS.jsonBytes} allowed` };
    }
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Deno.readFileSync(path));
  } catch (error) {
    return { problem: error instanceof TypeError ? "it is not UTF-8 text" : (error as Error).message };
  }
}

function statOf(path: string): Deno.FileInfo | null {
  const c = libc();
  if (c !== null && !exists(c, path)) return null;
  try {
    return Deno.lstatSync(path);
  } catch {
    return null;
  }
}

function stamp({ size, mtime, ino }: Deno.FileInfo): string {
  return `${size} ${mtime?.getTime()} ${ino}`;
}
