/** A private PgBouncer in transaction mode before a PostgreSQL server. */

import { freePort, until } from "../faults/process.ts";

/** The program; `null` where it is not installed. */
export const pgbouncer: string | null = find();

export interface Pooler extends AsyncDisposable {
  /** The URL of a server as seen through here. */
  through(url: string): string;
}

export async function startPooler(url: string, settings = ""): Promise<Pooler> {
  const { hostname, port, username } = new URL(url);
  const folder = await Deno.makeTempDir({ prefix: "gigq-pgbouncer-" });
  const own = freePort();
  await Deno.writeTextFile(`${folder}/users.txt`, `"${username}" ""\n`);
  await Deno.writeTextFile(
    `${folder}/pgbouncer.ini`,
    `
[databases]
* = host=${hostname} port=${port || 5432}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${own}
unix_socket_dir =
auth_type = trust
auth_file = ${folder}/users.txt
pool_mode = transaction
default_pool_size = 3
${settings}
`,
  );
  // It refuses to run as root.
  await Deno.chmod(folder, 0o755);
  const asRoot = Deno.uid() === 0;
  const args = asRoot ? ["-u", "nobody", `${folder}/pgbouncer.ini`] : [`${folder}/pgbouncer.ini`];
  const child = new Deno.Command(pgbouncer!, { args, stdout: "null", stderr: "null", stdin: "null" }).spawn();
  await until(() => answers(own), "PgBouncer listens");
  return {
    through: (location) => location.replace(/:\d+(?=\/|$|\?)/, `:${own}`),
    async [Symbol.asyncDispose](): Promise<void> {
      child.kill("SIGKILL");
      await child.status;
      await Deno.remove(folder, { recursive: true });
    },
  };
}

async function answers(port: number): Promise<boolean> {
  try {
    (await Deno.connect({ hostname: "127.0.0.1", port })).close();
    return true;
  } catch {
    return false;
  }
}

function find(): string | null {
  for (const path of ["/usr/sbin/pgbouncer", "/usr/bin/pgbouncer", "/usr/local/bin/pgbouncer"]) {
    try {
      if (Deno.statSync(path).isFile) return path;
    } catch {
      // Elsewhere, or nowhere.
    }
  }
  return null;
}
