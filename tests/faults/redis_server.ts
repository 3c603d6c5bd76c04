/** Private Redis servers. */

import { Redis } from "ioredis";
import { makeCertificate } from "./certificate.ts";
import { freePort, type Server, ServerProcess } from "./process.ts";

export interface RedisOptions {
  /** Settings of the server, such as `maxmemory`; `appendonly` with `appendfsync always` unless they say otherwise. */
  readonly settings?: Readonly<Record<string, string | number>>;
  /** Asks for this password. */
  readonly password?: string;
  /** Speaks TLS and nothing else, with a certificate of its own. */
  readonly tls?: boolean;
}

/** Whether it is installed here. */
export const hasRedis: boolean = await canRun();

/** Starts a server of its own for a test. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisServer> {
  const folder = await Deno.makeTempDir({ prefix: "gigq-redis-" });
  if (options.tls) await makeCertificate(folder);
  const server = new RedisServer(folder, options);
  await server.start();
  return server;
}

export class RedisServer implements Server {
  readonly port: number = freePort();
  readonly #password: string | undefined;
  readonly #tls: boolean;
  readonly #process: ServerProcess;

  constructor(readonly folder: string, { settings, password, tls = false }: RedisOptions) {
    this.#tls = tls;
    this.#password = password;
    const all = {
      ...tls ? encrypted(this.port, folder) : { port: this.port },
      ...{ bind: "127.0.0.1", dir: folder, save: "" },
      ...{ appendonly: "yes", appendfsync: "always", ...settings },
      ...password !== undefined && { requirepass: password },
    };
    this.#process = new ServerProcess({
      program: "redis-server",
      args: Object.entries(all).flatMap(([name, value]) => [`--${name}`, String(value)]),
      owner: null,
      look: () => this.call("PING").then(() => {}),
    });
  }

  get url(): string {
    const user = this.#password === undefined ? "" : `:${this.#password}@`;
    return `${this.#tls ? "rediss" : "redis"}://${user}127.0.0.1:${this.port}`;
  }

  /** Runs one command. */
  async call(command: string, ...args: readonly string[]): Promise<unknown> {
    const client = new Redis(this.url, {
      ...{ lazyConnect: true, retryStrategy: () => null },
      ...this.#tls && { tls: { rejectUnauthorized: false } },
    });
    client.on("error", () => {});
    try {
      await client.connect();
      return await client.call(command, ...args);
    } finally {
      client.disconnect();
    }
  }

  async start(): Promise<void> {
    await this.#process.start();
  }

  async kill(): Promise<void> {
    await this.#process.kill();
  }

  async restart(): Promise<void> {
    await this.kill();
    await this.start();
  }

  pause(): void {
    this.#process.pause();
  }

  resume(): void {
    this.#process.resume();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    await Deno.remove(this.folder, { recursive: true });
  }
}

function encrypted(port: number, folder: string): Record<string, string | number> {
  return {
    ...{ port: 0, "tls-port": port, "tls-auth-clients": "no" },
    ...{ "tls-key-file": `${folder}/server.key`, "tls-cert-file": `${folder}/server.crt` },
  };
}

async function canRun(): Promise<boolean> {
  if (Deno.build.os !== "linux") return false;
  try {
    return (await new Deno.Command("redis-server", { args: ["--version"] }).output()).success;
  } catch {
    return false;
  }
}
