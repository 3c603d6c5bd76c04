import { assert, assertEquals } from "@std/assert";
import { report, size } from "./sizes.ts";
import { denoArgs, inFolder, run, type Writing } from "./storage_kit.ts";

const WRITER = new URL("./storage_writer.ts", import.meta.url).href;
const GROUPS = size("sync_groups", 10, 100);
/** Submits in one turn, as the writer makes them. */
const BURST = 100;

async function hasStrace(): Promise<boolean> {
  try {
    return (await run("strace", ["-o", "/dev/null", "true"])).code === 0;
  } catch {
    return false;
  }
}

const ignore = Deno.build.os !== "linux" || !await hasStrace();

/** What the writer did, in order: `sync` of the log to the disk, `ack` of a group in the ledger. */
async function trace(mode: Writing["mode"]): Promise<string[]> {
  const events: string[] = [];
  await inFolder(async (folder) => {
    const [db, ledger, output] = [`${folder}/jobs.db`, `${folder}/ledger`, `${folder}/trace`];
    const writing: Writing = { db, ledger, mode, seed: 1, groups: GROUPS };
    const options = ["-f", "-y", "-qq", "-e", "trace=fsync,fdatasync,write", "-o", output];
    const traced = [...options, Deno.execPath(), ...denoArgs(WRITER, JSON.stringify(writing))];
    const { code, err } = await run("strace", traced);
    assertEquals(code, 0, err);
    for (const line of (await Deno.readTextFile(output)).split("\n")) {
      if (/ f(data)?sync\(\d+<[^>]*jobs\.db-wal>/.test(line)) events.push("sync");
      else if (/ write\(\d+<[^>]*ledger>/.test(line)) events.push("ack");
    }
  });
  return events;
}

/** How many syncs came before each acknowledgement, since the one before it. */
function syncsBefore(events: readonly string[]): number[] {
  const counts = [0];
  for (const event of events) {
    if (event === "sync") counts[counts.length - 1]!++;
    else counts.push(0);
  }
  // What follows the last acknowledgement belongs to none.
  return counts.slice(0, -1);
}

Deno.test({
  name: "strace: the log is synced to the disk before each submit is acknowledged",
  ignore,
  async fn(): Promise<void> {
    const syncs = syncsBefore(await trace("single"));
    report(`syncs: ${syncs.reduce((a, b) => a + b)} for ${GROUPS} submits, one after the other`);
    assertEquals(syncs.length, GROUPS);
    assert(syncs.every((count) => count >= 1), syncs.join(" "));
  },
});

Deno.test({
  name: `strace: ${BURST} submits of one turn share one sync`,
  ignore,
  async fn(): Promise<void> {
    const syncs = syncsBefore(await trace("burst"));
    const total = syncs.reduce((a, b) => a + b);
    report(`syncs: ${total} for ${GROUPS} groups of ${BURST} submits`);
    assertEquals(syncs.length, GROUPS);
    assert(syncs.every((count) => count >= 1), syncs.join(" "));
    // A log that begins anew syncs its header too, after a checkpoint.
    assert(total <= 2 * GROUPS, `${total} syncs for ${GROUPS * BURST} submits`);
  },
});
