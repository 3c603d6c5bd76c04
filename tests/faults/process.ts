/** A server as a process of ours with all its children: started, killed, stopped for a while, in a folder of its own. */

/** What can be done to any server. */
export interface Server extends AsyncDisposable {
  /** How a client reaches it. */
  readonly url: string;
  readonly port: number;
  /** Where its data is. */
  readonly folder: string;
  /** Resolves when it answers. */
  start(): Promise<void>;
  /** `kill -9` for it and all its children at once. */
  kill(): Promise<void>;
  /** Killed, and started with what is on the disk. */
  restart(): Promise<void>;
  /** Stopped as by SIGSTOP: connections stay, and nothing answers. */
  pause(): void;
  resume(): void;
}

/** How a kind of server is run. */
export interface Recipe {
  readonly program: string;
  readonly args: readonly string[];
  readonly owner: Owner | null;
  /** Throws until the server answers. */
  readonly look: () => Promise<void>;
}

/** The user who runs it. */
export interface Owner {
  readonly uid: number;
  readonly gid: number;
}

/** Only ends what would never end: a busy machine may take ten times as long as an idle one. */
const DEADLINE_MS = 300_000;
const LOOK_MS = 20;

/** A program that runs until it is killed. */
export class ServerProcess {
  readonly #recipe: Recipe;
  #child: Deno.ChildProcess | null = null;
  /** What the last one said, for whoever wants to know why it ended. */
  #said: Promise<string> = Promise.resolve("");

  constructor(recipe: Recipe) {
    this.#recipe = recipe;
  }

  async start(): Promise<void> {
    const { program, args, owner } = this.#recipe;
    const child = new Deno.Command(program, {
      args: [...args],
      ...owner,
      // Ctrl-C of a test run is not for the server: its test ends it.
      detached: true,
      stdin: "null",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#child = child;
    const said = Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
    this.#said = said.then((texts) => texts.join("").trim());
    let ended = false;
    void child.status.then(() => ended = true);
    await until(async () => {
      if (ended) throw new Error(`${program} ended: ${await this.#said}`);
      return await this.#recipe.look().then(() => true, () => false);
    }, `${program} answers`);
  }

  async kill(): Promise<void> {
    const child = this.#child;
    if (child === null) return;
    this.#child = null;
    // A parent that stands still makes no more children, and cannot tell them to end in good order.
    signal(child.pid, "SIGSTOP");
    const children = childrenOf(child.pid);
    for (const pid of [child.pid, ...children]) signal(pid, "SIGKILL");
    await child.status;
    await this.#said;
    await until(() => Promise.resolve(!children.some(isAlive)), "the server's children have ended");
  }

  pause(): void {
    this.#toAll("SIGSTOP");
  }

  resume(): void {
    this.#toAll("SIGCONT");
  }

  #toAll(name: Deno.Signal): void {
    if (this.#child === null) throw new Error("The server does not run");
    const { pid } = this.#child;
    signal(pid, name);
    for (const child of childrenOf(pid)) signal(child, name);
  }
}

/** Looks again and again; the last resort where nothing tells. */
export async function until(condition: () => Promise<boolean>, what: string): Promise<void> {
  const end = performance.now() + DEADLINE_MS;
  while (!await condition()) {
    if (performance.now() > end) throw new Error(`Waited ${DEADLINE_MS / 1_000} s in vain until ${what}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** A port that nobody listens to. */
export function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

function signal(pid: number, name: Deno.Signal): void {
  try {
    Deno.kill(pid, name);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

interface Stat {
  readonly pid: number;
  readonly state: string;
  readonly parent: number;
}

function statOf(pid: string): Stat | null {
  try {
    const text = Deno.readTextFileSync(`/proc/${pid}/stat`);
    const [state = "", parent] = text.slice(text.lastIndexOf(")") + 2).split(" ");
    return { pid: Number(pid), state, parent: Number(parent) };
  } catch {
    return null;
  }
}

function childrenOf(pid: number): readonly number[] {
  return [...Deno.readDirSync("/proc")].filter(({ name }) => /^\d+$/.test(name))
    .map(({ name }) => statOf(name)).filter((stat) => stat?.parent === pid).map((stat) => stat!.pid);
}

/** A zombie is dead: whoever adopted it has not looked yet. */
function isAlive(pid: number): boolean {
  const stat = statOf(String(pid));
  return stat !== null && stat.state !== "Z";
}
