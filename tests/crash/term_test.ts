import { assert, assertEquals } from "@std/assert";
import { parseProcStat } from "../../src/core/proc_stat.ts";
import { audit, type Figures } from "./audit.ts";
import { type Backend, BACKENDS, sizeOn } from "./backends.ts";
import { submit } from "./feed.ts";
import { ignore, withDatabase, withStore } from "./harness.ts";
import { command } from "./jobs.ts";
import { type Chance, seeded } from "./seed.ts";
import { tell } from "./sizes.ts";

const workersOf = (backend: Backend): number =>
  sizeOn(backend, "terminated-workers", { file: 10, server: 4, long: 100 });
/** Cases at once. */
const LANES = 2;
const CONCURRENCY = 4;
/** Some wait for a slot when the signal comes. */
const JOBS = 6;
const ROOT = new URL("../../", import.meta.url).pathname;

/** What `gigq worker` says to each signal. */
const NOTICES = ["Stopping", "Giving back", "Killing"];

/** The command line's own worker: its stderr, and the ids of the processes that its jobs started. */
class CliWorker {
  readonly #child: Deno.ChildProcess;
  readonly #reader: Deno.ChildProcess;
  readonly #pids: AsyncIterator<string>;
  readonly #gone: Promise<null>;
  readonly #stderr: AsyncIterator<string>;
  readonly pids: number[] = [];
  text = "";

  constructor(db: string, private readonly pipe: string, ...options: readonly string[]) {
    // Open both ways, a pipe has no end. Another process reads it: a read that waits keeps one of our threads.
    this.#reader = new Deno.Command("sh", {
      args: ["-c", 'exec cat <> "$0"', pipe],
      stdin: "null",
      stdout: "piped",
    }).spawn();
    this.#pids = lines(this.#reader.stdout);
    this.#child = new Deno.Command(Deno.execPath(), {
      args: [
        ..."run -A --quiet --no-check --import-map".split(" "),
        `${ROOT}npm/import_map.json`,
        `${ROOT}main.ts`,
        ...`worker --db ${db} -j ${CONCURRENCY}`.split(" "),
        ...options,
      ],
      env: { NO_COLOR: "1", GIGQ_SQLITE_DRIVER: "builtin" },
      stdin: "null",
      stdout: "null",
      stderr: "piped",
    }).spawn();
    this.#stderr = lines(this.#child.stderr);
    this.#gone = this.#child.status.then(() => null);
  }

  /** Waits for the next job that is up, if the worker does not end before. */
  async up(): Promise<void> {
    const next = await Promise.race([this.#pids.next(), this.#gone]);
    if (next === null) throw new Error(`The worker ended: ${this.text}`);
    this.pids.push(...String(next.value).trim().split(" ").map(Number));
  }

  term(): void {
    try {
      this.#child.kill("SIGTERM");
    } catch {
      // It has ended between two signals.
    }
  }

  /** Waits until it says this, or nothing more. */
  async until(text: string): Promise<void> {
    while (!this.text.includes(text)) {
      const { value, done } = await this.#stderr.next();
      if (done) return;
      this.text += `${value}\n`;
    }
  }

  async ended(): Promise<number> {
    await this.until("\0");
    const { code } = await this.#child.status;
    // Whatever came up after the test stopped looking is checked, too.
    Deno.writeTextFileSync(this.pipe, "end\n");
    for (let next = await this.#pids.next(); next.value !== "end"; next = await this.#pids.next()) {
      this.pids.push(...next.value.trim().split(" ").map(Number));
    }
    this.#reader.kill("SIGKILL");
    await this.#pids.next();
    await this.#reader.status;
    return code;
  }
}

async function* lines(stream: ReadableStream<Uint8Array>): AsyncGenerator<string, string> {
  let rest = "";
  for await (
    const text of stream.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>)
  ) {
    const parts = (rest + text).split("\n");
    rest = parts.pop()!;
    yield* parts;
  }
  return rest;
}

function isAlive(pid: number): boolean {
  try {
    const state = parseProcStat(Deno.readTextFileSync(`/proc/${pid}/stat`))?.state;
    return state !== undefined && state !== "Z" && state !== "X";
  } catch {
    return false;
  }
}

interface Case {
  /** How many signals it gets. */
  readonly signals: number;
  /** How many jobs are up when the first one comes; none: the worker may not even have begun. */
  readonly ups: number;
  /** Whether its jobs ignore TERM; otherwise they end at it. */
  readonly deaf: boolean;
  /** The grace of the first signal is over at once: it becomes the second. */
  readonly impatient: boolean;
}

function someCase(chance: Chance): Case {
  const signals = 1 + chance.below(NOTICES.length);
  return {
    signals,
    ups: chance.below(CONCURRENCY + 1),
    deaf: signals === NOTICES.length && chance.below(2) === 0,
    impatient: signals === 1 && chance.below(2) === 0,
  };
}

/** A job with a child: tells the ids of both, then waits for the test to open the gate. */
function waiting(dir: string, ledger: string, deaf: boolean): ReturnType<typeof command> {
  const work = `${
    deaf ? "trap '' TERM; " : ""
  }sleep 600 & echo "$$ $!" > ${dir}/up; read go < ${dir}/gate; kill -9 $!`;
  return command(ledger, work, { graceMs: 600_000 });
}

async function terminate(test: Case, backend: Backend): Promise<Figures> {
  return await withDatabase(async ({ db, ledger }) => {
    const dir = ledger.slice(0, ledger.lastIndexOf("/"));
    await new Deno.Command("mkfifo", { args: [`${dir}/up`, `${dir}/gate`] }).output();
    const jobs = Array.from({ length: JOBS }, () => waiting(dir, ledger, test.deaf));
    await withStore(db, (store) => submit(store, ledger, jobs));
    using gate = Deno.openSync(`${dir}/gate`, { read: true, write: true });
    const worker = new CliWorker(db, `${dir}/up`, ...(test.impatient ? ["--shutdown-grace", "1ms"] : []));
    for (let up = 0; up < test.ups; up++) await worker.up();
    for (const notice of NOTICES.slice(0, test.signals)) {
      worker.term();
      await worker.until(notice);
    }
    // Let go, jobs end by themselves: that is what the first signal waits for.
    if (test.signals === 1 && !test.impatient) gate.writeSync(new TextEncoder().encode("go\n".repeat(JOBS)));
    assertEquals(await worker.ended(), 143, worker.text);
    assertEquals(worker.pids.filter(isAlive), [], `${JSON.stringify(test)} left processes behind`);
    await check(db, test, worker);
    return await audit(db, ledger, { statuses: "any" });
  }, backend);
}

/** Jobs that ran to their end are completed, all others are as ready as they were, at no cost. */
async function check(db: string, test: Case, worker: CliWorker): Promise<void> {
  await withStore(db, async (store) => {
    const ends = test.signals === 1 && !test.impatient;
    for (const job of await store.list({})) {
      const outcomes = (await store.attempts(job.id)).map(({ outcome }) => outcome);
      const wanted = outcomes.length === 0
        ? ["ready"]
        : ends
        ? ["completed", "completed"]
        : ["ready", "released"];
      // Claimed while the signal came, a job goes back without having been started.
      if (ends && outcomes[0] === "released") wanted.splice(0, 2, "ready", "released");
      assertEquals(
        [job.status, ...outcomes, job.failures],
        [...wanted, 0],
        `${JSON.stringify(test)}: ${worker.text}`,
      );
    }
  });
}

for (const backend of BACKENDS) {
  const workers = workersOf(backend);
  Deno.test({
    name:
      `${backend.name}: ${workers} workers told to end once, twice or thrice leave no job running and no process alive`,
    ignore: ignore || !backend.available,
    async fn(): Promise<void> {
      const chance = seeded(`term ${backend.name}`);
      const cases = Array.from({ length: workers }, () => someCase(chance));
      const count = { signals: 0, attempts: 0 };
      const lane = async (): Promise<void> => {
        for (let test = cases.pop(); test !== undefined; test = cases.pop()) {
          const { attempts } = await terminate(test, backend);
          count.signals += test.signals;
          count.attempts += attempts;
        }
      };
      await Promise.all(Array.from({ length: LANES }, lane));
      assert(count.attempts > 0, "no worker had begun");
      tell(`term ${backend.name}`, { workers, ...count, running: 0, alive: 0, seed: chance.seed });
    },
  });
}
