/** Small file systems in memory, to fill and to make read-only. Needs the right to mount. */

import { run } from "./storage_kit.ts";

async function mayMount(): Promise<boolean> {
  if (Deno.build.os !== "linux") return false;
  const folder = await Deno.makeTempDir();
  try {
    if ((await run("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder])).code !== 0) return false;
    return (await run("umount", [folder])).code === 0;
  } catch {
    return false;
  } finally {
    await Deno.remove(folder).catch(() => {});
  }
}

/** Whether these tests can be run here. */
export const CAN_MOUNT = await mayMount();

/** A file system of so many bytes for one test. */
export async function onSmallDisk(bytes: number, test: (disk: SmallDisk) => Promise<void>): Promise<void> {
  const folder = await Deno.makeTempDir({ prefix: "gigq-disk-" });
  await must("mount", "-t", "tmpfs", "-o", `size=${bytes},mode=700`, "tmpfs", folder);
  try {
    await test(new SmallDisk(folder));
  } finally {
    await must("umount", "--lazy", folder);
    await Deno.remove(folder);
  }
}

export class SmallDisk {
  constructor(readonly folder: string) {}

  get #ballast(): string {
    return `${this.folder}/ballast`;
  }

  /** Leaves room for so many bytes, or none. Synchronous, so that nothing comes between. */
  fill(room = 0): void {
    using file = Deno.openSync(this.#ballast, { write: true, create: true, truncate: true });
    let written = 0;
    for (const step of [65_536, 4_096, 1]) {
      try {
        for (;;) written += file.writeSync(new Uint8Array(step));
      } catch (error) {
        if ((error as { code?: string }).code !== "ENOSPC") throw error;
      }
    }
    file.truncateSync(Math.max(0, written - room));
  }

  /** Gives back all room. */
  free(): void {
    Deno.removeSync(this.#ballast);
  }

  async readOnly(yes: boolean): Promise<void> {
    await must("mount", "-o", `remount,${yes ? "ro" : "rw"}`, this.folder);
  }
}

async function must(command: string, ...args: string[]): Promise<void> {
  const { code, err } = await run(command, args);
  if (code !== 0) throw new Error(`${command} ${args.join(" ")}: ${err}`);
}
