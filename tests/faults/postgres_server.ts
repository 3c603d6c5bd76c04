/** Private PostgreSQL servers. */

import pg from "pg";
import { makeCertificate } from "./certificate.ts";
import { freePort, type Owner, type Server, ServerProcess } from "./process.ts";

/** Of the user `postgres`, where passwords are asked for. */
export const PASSWORD = "Op3nSesame";

export interface PostgresOptions {
  /** `scram-sha-256` asks for {@linkcode PASSWORD}; default `trust`. */
  readonly auth?: "trust" | "scram-sha-256";
  /** Settings of the server, such as `max_connections`. Nothing is synced unless `fsync` says so: no power is cut here. */
  readonly settings?: Readonly<Record<string, string | number>>;
  /** Speaks TLS with a certificate of its own, and with `only` nothing else. */
  readonly tls?: "also" | "only";
  /** An empty folder for its data; default a new one, which is removed with the server. */
  readonly folder?: string;
}

const owner: Owner | null = Deno.uid() === 0 ? await ownerNamed("postgres") : null;

/** The folder of the newest version's programs; `null` where there is none, or nobody who may run it. */
export const postgresPrograms: string | null = await findPrograms();

/** Starts a server of its own for a test. */
export async function startPostgres(options: PostgresOptions = {}): Promise<PostgresServer> {
  const folder = options.folder ?? await Deno.makeTempDir({ prefix: "gigq-postgres-" });
  await run("cp", ["-a", `${await template()}/.`, folder]);
  const server = new PostgresServer(folder, options);
  await server.prepare();
  await server.start();
  return server;
}

export class PostgresServer implements Server {
  readonly port: number = freePort();
  readonly #options: PostgresOptions;
  readonly #process: ServerProcess;

  constructor(readonly folder: string, options: PostgresOptions) {
    this.#options = options;
    const settings = {
      ...{ port: this.port, listen_addresses: "127.0.0.1", unix_socket_directories: folder },
      ...{ fsync: "off", shared_buffers: "16MB", max_connections: 50, ...options.settings },
      ...options.tls && { ssl: "on" },
    };
    this.#process = new ServerProcess({
      program: `${postgresPrograms}/postgres`,
      args: [
        "-D",
        folder,
        ...Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]),
      ],
      owner,
      look: () => this.sql("SELECT 1").then(() => {}),
    });
  }

  get url(): string {
    return `postgres://postgres:${PASSWORD}@127.0.0.1:${this.port}/postgres`;
  }

  /** Who may come in, and with which certificate it answers. */
  async prepare(): Promise<void> {
    const { auth = "trust", tls } = this.#options;
    const type = tls === "only" ? "hostssl" : "host";
    const access = `local all all trust\n${type} all all 127.0.0.1/32 ${auth}\n`;
    await Deno.writeTextFile(`${this.folder}/pg_hba.conf`, access);
    if (tls === undefined) return;
    for (const file of await makeCertificate(this.folder)) await this.own(file);
  }

  /** Gives a folder or a file to the user who runs it. */
  async own(path: string): Promise<void> {
    if (owner !== null) await Deno.chown(path, owner.uid, owner.gid);
  }

  /** Runs a statement as the one who may do everything. */
  async sql(text: string): Promise<readonly Record<string, unknown>[]> {
    const client = new pg.Client({
      host: this.folder,
      port: this.port,
      user: "postgres",
      database: "postgres",
    });
    await client.connect();
    try {
      return (await client.query(text)).rows;
    } finally {
      await client.end();
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
    if (this.#options.folder === undefined) await Deno.remove(this.folder, { recursive: true });
  }
}

let made: Promise<string> | null = null;

/** An empty cluster to copy: making one takes a second or two. Gone when the tests end. */
function template(): Promise<string> {
  return made ??= makeTemplate();
}

async function makeTemplate(): Promise<string> {
  const folder = await Deno.makeTempDir({ prefix: "gigq-postgres-template-" });
  addEventListener("unload", () => Deno.removeSync(folder, { recursive: true }));
  await Deno.writeTextFile(`${folder}/password`, PASSWORD);
  if (owner !== null) await run("chown", ["-R", `${owner.uid}:${owner.gid}`, folder]);
  await run(`${postgresPrograms}/initdb`, [
    ...["-D", `${folder}/data`, "-U", "postgres", "-E", "UTF8", "--locale=C", "--no-sync"],
    ...["--auth-local=trust", "--auth-host=scram-sha-256", `--pwfile=${folder}/password`],
  ], owner);
  return `${folder}/data`;
}

async function ownerNamed(name: string): Promise<Owner | null> {
  const line = (await Deno.readTextFile("/etc/passwd")).split("\n").find((line) =>
    line.startsWith(`${name}:`)
  );
  const [, , uid, gid] = line?.split(":") ?? [];
  return line === undefined ? null : { uid: Number(uid), gid: Number(gid) };
}

async function findPrograms(): Promise<string | null> {
  if (Deno.build.os !== "linux" || (Deno.uid() === 0 && owner === null)) return null;
  const versions: number[] = [];
  try {
    for await (const { name } of Deno.readDir("/usr/lib/postgresql")) versions.push(Number(name));
  } catch {
    return null;
  }
  return versions.length === 0 ? null : `/usr/lib/postgresql/${Math.max(...versions)}/bin`;
}

async function run(program: string, args: readonly string[], as: Owner | null = null): Promise<void> {
  const { success, stderr } = await new Deno.Command(program, { args: [...args], ...as }).output();
  if (!success) throw new Error(`${program} ${args.join(" ")}: ${new TextDecoder().decode(stderr)}`);
}
