/** A registry that has nothing and remembers whether it was asked: shows what a program does to the network. */

/** How one `deno run` went. */
export interface Run {
  readonly success: boolean;
  readonly stdout: string;
  readonly stderr: string;
  /** Paths that were asked for, of either registry. */
  readonly asked: readonly string[];
}

/**
 * Runs Deno with nothing cached and both registries replaced by a server that answers 404.
 *
 * @param folder Working directory; Deno takes the `deno.json` of the script's folder
 */
export async function runWithoutRegistry(folder: string | URL, args: readonly string[]): Promise<Run> {
  const asked: string[] = [];
  const cache = await Deno.makeTempDir();
  await using server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, (request) => {
    asked.push(new URL(request.url).pathname);
    return new Response(null, { status: 404 });
  });
  const registry = `http://127.0.0.1:${server.addr.port}/`;
  try {
    const { success, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-prompt", "--no-lock", ...args],
      cwd: folder,
      env: {
        DENO_DIR: cache,
        JSR_URL: registry,
        NPM_CONFIG_REGISTRY: registry,
        // Deno would ask for a newer Deno, whatever it runs.
        DENO_NO_UPDATE_CHECK: "1",
        NO_COLOR: "1",
      },
    }).output();
    const text = new TextDecoder();
    return { success, stdout: text.decode(stdout), stderr: text.decode(stderr), asked };
  } finally {
    await Deno.remove(cache, { recursive: true });
  }
}
