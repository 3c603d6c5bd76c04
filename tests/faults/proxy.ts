/**
 * A TCP proxy on the loopback that breaks connections in the ways networks do: half-open, cut, slow, refused, led to
 * another server. Toxiproxy has the same faults; this one also knows what is being said, so that it can lose the answer
 * to one commit.
 */

/** A text that the bytes contain, or a function that looks at them. */
export type Matcher = string | ((bytes: Uint8Array) => boolean);

/** A cut that waits for its bytes. */
interface Trap {
  readonly matches: (bytes: Uint8Array) => boolean;
  /** `request`: the server does not hear it · `answer`: it hears it, and the client does not hear what became of it. */
  readonly loses: "request" | "answer";
  readonly sprung: () => void;
}

/** One client's connection and the one that it is led to. */
interface Link {
  readonly client: Deno.TcpConn;
  readonly server: Deno.TcpConn;
  /** Sockets stay, and what comes is thrown away. */
  frozen: boolean;
  /** Called when the server's answer comes, which is lost. */
  onAnswer: (() => void) | null;
}

const BUFFER_BYTES = 65_536;

export class Proxy implements AsyncDisposable {
  readonly #listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  readonly #links = new Set<Link>();
  readonly #tasks = new Set<Promise<void>>();
  #target: number;
  #mode: "forward" | "freeze" | "refuse" = "forward";
  #delayMs = 0;
  #trap: Trap | null = null;
  readonly #rewrites: (readonly [string, string])[] = [];
  /** Connections that clients have made so far. */
  connections = 0;

  /** @param target The port on this machine that connections are led to */
  constructor(target: number) {
    this.#target = target;
    this.#run(this.#accept());
  }

  get port(): number {
    return this.#listener.addr.port;
  }

  /** The URL of a server as seen through here. */
  through(url: string): string {
    return url.replace(/:\d+(?=\/|$|\?)/, `:${this.port}`);
  }

  /** As usual, for connections from now on: those that are frozen stay so, as when a router has forgotten them. */
  forward(): void {
    this.#mode = "forward";
  }

  /** Half-open: sockets stay, new ones are taken, and no byte comes through. */
  freeze(): void {
    this.#mode = "freeze";
    for (const link of this.#links) link.frozen = true;
  }

  /** Ends all connections that there are. */
  cut(): void {
    for (const link of [...this.#links]) this.#close(link);
  }

  /** Ends all connections, and each new one at once. */
  refuse(): void {
    this.#mode = "refuse";
    this.cut();
  }

  /** Leads connections from now on to another port; those that there are end. */
  retarget(port: number): void {
    this.#target = port;
    this.cut();
  }

  /** Holds back whatever is said for so long, in each direction; 0 for no time. */
  delay(ms: number): void {
    this.#delayMs = ms;
  }

  /** Cuts the next connection on which a client says so, before the server hears it. Resolves when that has happened. */
  cutBefore(said: Matcher): Promise<void> {
    return this.#set("request", said);
  }

  /** The same, when the server has heard it: its answer is lost. */
  cutAnswer(said: Matcher): Promise<void> {
    return this.#set("answer", said);
  }

  /** Puts other words of the same length in the server's mouth. */
  rewrite(said: string, heard: string): void {
    if (said.length !== heard.length) throw new Error("The texts must be of the same length");
    this.#rewrites.push([said, heard]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#listener.close();
    while (this.#tasks.size > 0) {
      this.cut();
      await Promise.race(this.#tasks);
    }
  }

  #set(loses: Trap["loses"], said: Matcher): Promise<void> {
    const { promise, resolve: sprung } = Promise.withResolvers<void>();
    const matches = typeof said === "function" ? said : (bytes: Uint8Array) => latin1(bytes).includes(said);
    this.#trap = { loses, matches, sprung };
    return promise;
  }

  #run(task: Promise<void>): void {
    const running: Promise<void> = task.catch(() => {}).finally(() => this.#tasks.delete(running));
    this.#tasks.add(running);
  }

  async #accept(): Promise<void> {
    for await (const client of this.#listener) {
      this.connections++;
      if (this.#mode === "refuse") client.close();
      else this.#run(this.#connect(client));
    }
  }

  async #connect(client: Deno.TcpConn): Promise<void> {
    let server: Deno.TcpConn;
    try {
      server = await Deno.connect({ hostname: "127.0.0.1", port: this.#target });
    } catch {
      return client.close();
    }
    const link: Link = { client, server, frozen: this.#mode === "freeze", onAnswer: null };
    for (const socket of [client, server]) socket.setNoDelay(true);
    this.#links.add(link);
    for (const pump of [this.#pump(link, "up"), this.#pump(link, "down")]) {
      // The end of one side is not heard on the other either while nothing comes through.
      this.#run(pump.catch(() => {}).finally(() => link.frozen || this.#close(link)));
    }
  }

  async #pump(link: Link, direction: "up" | "down"): Promise<void> {
    const [from, to] = direction === "up" ? [link.client, link.server] : [link.server, link.client];
    const buffer = new Uint8Array(BUFFER_BYTES);
    for (let count = await from.read(buffer); count !== null; count = await from.read(buffer)) {
      const bytes = direction === "up"
        ? buffer.subarray(0, count)
        : this.#rewritten(buffer.subarray(0, count));
      if (this.#delayMs > 0) await new Promise((resolve) => setTimeout(resolve, this.#delayMs));
      if (link.frozen) continue;
      if (direction === "up" && this.#loses(link, bytes)) return;
      if (direction === "down" && link.onAnswer !== null) return link.onAnswer();
      for (let at = 0; at < count;) at += await to.write(bytes.subarray(at));
    }
  }

  /** Whether this request is not to be passed on. */
  #loses(link: Link, bytes: Uint8Array): boolean {
    const trap = this.#trap;
    if (trap === null || !trap.matches(bytes)) return false;
    this.#trap = null;
    if (trap.loses === "answer") link.onAnswer = trap.sprung;
    else trap.sprung();
    return trap.loses === "request";
  }

  #rewritten(bytes: Uint8Array): Uint8Array {
    if (this.#rewrites.length === 0) return bytes;
    const text = this.#rewrites.reduce((text, [said, heard]) => text.replaceAll(said, heard), latin1(bytes));
    return Uint8Array.from(text, (char) => char.charCodeAt(0));
  }

  #close(link: Link): void {
    if (!this.#links.delete(link)) return;
    for (const socket of [link.client, link.server]) {
      try {
        socket.close();
      } catch {
        // Closed already, by its other end.
      }
    }
  }
}

/** Each byte as one character, whatever it is. */
function latin1(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
}
