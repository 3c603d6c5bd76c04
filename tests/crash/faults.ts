/**
 * Named points at which a worker under test kills or stops itself. The product knows nothing of them: the ports
 * that it is made of are wrapped here, and a normal build contains none of this.
 */

import type { ClaimedJob, RunContext, Runner, RunResult, Store } from "../../src/core/ports.ts";
import type { Driver, DriverFactory, Statement, Value } from "../../src/store/sqlite/driver.ts";

/** What happens at which passage of a point, the first being 1. */
export type Fault =
  & { readonly point: Point; readonly passage: number }
  & (
    | { readonly signal: "SIGKILL" }
    /** `gate`: a file that lets it go on. */
    | { readonly signal: "SIGSTOP"; readonly gate: string }
  );

const VERBS = ["enqueue", "claim", "finish", "heartbeat", "appendLog", "rescue"] as const;
type Verb = typeof VERBS[number];
/** What a transaction holds; `schema`: that which makes the tables. */
const CONTENTS = [...VERBS, "schema"] as const;
const SIDES = ["before", "after"] as const;
type Side = typeof SIDES[number];

/** All points there are. */
export const POINTS = [
  // The call, as the engine makes it and as it gets the answer.
  ...VERBS.flatMap((verb) => SIDES.map((side) => `${verb}:${side}` as const)),
  // The transaction that holds the call.
  ...SIDES.map((side) => `begin:${side}` as const),
  "transaction:within",
  ...CONTENTS.flatMap((content) => SIDES.map((side) => `commit.${content}:${side}` as const)),
  // The body: handed over, started by the C library or the runtime, first output, registered, ended.
  ...["run", "spawn", "spawn.deno", "register"].flatMap((step) =>
    SIDES.map((side) => `${step as "run" | "spawn" | "spawn.deno" | "register"}:${side}` as const)
  ),
  "output:first",
] as const;

export type Point = typeof POINTS[number];

type Foreign = (...args: unknown[]) => unknown;

/** A native library, as far as it is needed here. */
interface Library {
  readonly symbols: Readonly<Record<string, Foreign>>;
  close(): void;
}

/** Holds up the whole thread until there is a file. */
function waitFor(path: string): void {
  const cell = new Int32Array(new SharedArrayBuffer(4));
  for (;;) {
    try {
      Deno.statSync(path);
      return;
    } catch {
      Atomics.wait(cell, 0, 0, 1);
    }
  }
}

export class Faults {
  #passages = 0;
  /** Verbs called since the last commit, which the next one will hold. */
  readonly #called = new Set<Verb>();

  /** @param tell Called right before the signal */
  constructor(private readonly fault: Fault | undefined, private readonly tell: (point: Point) => void) {}

  pass(point: Point): void {
    if (point !== this.fault?.point || ++this.#passages !== this.fault.passage) return;
    this.tell(point);
    Deno.kill(Deno.pid, this.fault.signal);
    // To stop is left to whichever thread the signal is given to: this one does nothing until it may go on.
    if (this.fault.signal === "SIGSTOP") waitFor(this.fault.gate);
  }

  /** A store whose calls pass their points; calls are made in the same turn as without it. */
  store(store: Store): Store {
    return new Proxy(store, {
      get: (target, name): unknown => {
        const value = Reflect.get(target, name);
        if (typeof value !== "function") return value;
        const verb = VERBS.find((known) => known === name);
        if (verb === undefined) return value.bind(target);
        return async (...args: unknown[]): Promise<unknown> => {
          this.pass(`${verb}:before`);
          this.#called.add(verb);
          const result = await value.apply(target, args);
          this.pass(`${verb}:after`);
          return result;
        };
      },
    });
  }

  /** Makes every connection of a driver pass the points of transactions. */
  watchDriver(factory: DriverFactory): void {
    const open = factory.open;
    factory.open = (path, options) => this.#driver(open(path, options));
  }

  #driver(driver: Driver): Driver {
    let writing = false;
    const around = (sql: string, run: () => void): void => {
      if (sql === "BEGIN IMMEDIATE") {
        this.pass("begin:before");
        run();
        writing = true;
        return this.pass("begin:after");
      }
      if (!writing) return run();
      if (sql === "ROLLBACK") writing = false;
      if (sql !== "COMMIT") {
        this.pass("transaction:within");
        return run();
      }
      this.#commit("before");
      run();
      writing = false;
      this.#commit("after");
      this.#called.clear();
    };
    return {
      name: driver.name,
      get version(): string {
        return driver.version;
      },
      prepare: (sql) => watched(driver.prepare(sql), (run) => around(sql, run)),
      exec: (sql) => driver.exec(sql),
      close: () => driver.close(),
    };
  }

  #commit(side: Side): void {
    if (this.#called.size === 0) this.pass(`commit.schema:${side}`);
    for (const verb of this.#called) this.pass(`commit.${verb}:${side}`);
  }

  runner(runner: Runner): Runner {
    return {
      kind: runner.kind,
      routes: runner.routes,
      run: async (job, context): Promise<RunResult> => {
        this.pass("run:before");
        const result = await runner.run(job, this.#context(job, context));
        this.pass("run:after");
        return result;
      },
      close: async () => await runner.close?.(),
    };
  }

  #context(_job: ClaimedJob, context: RunContext): RunContext {
    let silent = true;
    return new Proxy(context, {
      get: (target, name): unknown => {
        const value = Reflect.get(target, name);
        if (name === "log") {
          return (...args: Parameters<RunContext["log"]>): void => {
            target.log(...args);
            if (silent) this.pass("output:first");
            silent = false;
          };
        }
        if (name === "process") {
          return async (...args: Parameters<RunContext["process"]>): Promise<void> => {
            this.pass("register:before");
            await target.process(...args);
            this.pass("register:after");
          };
        }
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }

  /** Makes the start of processes pass its points, by either way. Before the first process is started. */
  watchSpawn(): void {
    const dlopen = Deno.dlopen as (path: string, symbols: unknown) => Library;
    const open = (path: string, symbols: unknown): Library => {
      const library = dlopen(path, symbols);
      const { posix_spawn } = library.symbols;
      if (posix_spawn === undefined) return library;
      const spawn: Foreign = async (...args) => {
        this.pass("spawn:before");
        const failed = await posix_spawn(...args);
        this.pass("spawn:after");
        return failed;
      };
      return { symbols: { ...library.symbols, posix_spawn: spawn }, close: () => library.close() };
    };
    Object.assign(Deno, { dlopen: open });
    const pass = (side: Side): void => this.pass(`spawn.deno:${side}`);
    const spawn = Deno.Command.prototype.spawn;
    Deno.Command.prototype.spawn = function (): Deno.ChildProcess {
      pass("before");
      const child = spawn.call(this);
      pass("after");
      return child;
    };
  }
}

function watched(statement: Statement, around: (run: () => void) => void): Statement {
  const through = <T>(read: () => T): T => {
    let result: T;
    around(() => result = read());
    return result!;
  };
  return {
    run: (...params: Value[]): void => around(() => statement.run(...params)),
    get: <T>(...params: Value[]): T | undefined => through(() => statement.get<T>(...params)),
    all: <T>(...params: Value[]): T[] => through(() => statement.all<T>(...params)),
  };
}
