import { assertEquals } from "@std/assert";
import { report, size } from "./sizes.ts";
import { assertHealthy, denoArgs, inFolder, withSqlite } from "./storage_kit.ts";

const PROGRAM = new URL("./storage_opener.ts", import.meta.url).href;
const OPENERS = 8;
const RACES = size("open_races", 2, 25);
const SUBMITTERS = size("unique_processes", 8, 50);
const KEYS = 100;

interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Starts processes that wait until all of them are up, then lets them go at once. */
async function atOnce(count: number, db: string, keys: number): Promise<Ended[]> {
  const openers = Array.from({ length: count }, () => new Opener(db, keys));
  await Promise.all(openers.map((opener) => opener.up()));
  return await Promise.all(openers.map((opener) => opener.go()));
}

class Opener {
  readonly #child: Deno.ChildProcess;
  readonly #err: Promise<string>;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #out = "";

  constructor(db: string, keys: number) {
    this.#child = new Deno.Command(Deno.execPath(), {
      args: denoArgs(PROGRAM, db, String(keys)),
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    this.#err = new Response(this.#child.stderr).text();
    this.#reader = this.#child.stdout.pipeThrough(
      new TextDecoderStream() as TransformStream<Uint8Array, string>,
    )
      .getReader();
  }

  async up(): Promise<void> {
    while (!this.#out.startsWith("up\n") && await this.#read());
  }

  async go(): Promise<Ended> {
    await this.#child.stdin.close();
    while (await this.#read());
    const { code } = await this.#child.status;
    return { code, out: this.#out.replace(/^up\n/, ""), err: await this.#err };
  }

  async #read(): Promise<boolean> {
    const { value, done } = await this.#reader.read();
    this.#out += value ?? "";
    return !done;
  }
}

Deno.test({
  name: `${OPENERS} processes that open a new database at once make one schema`,
  async fn(): Promise<void> {
    for (let race = 0; race < RACES; race++) {
      await inFolder(async (folder) => {
        const db = `${folder}/jobs.db`;
        for (const { code, err } of await atOnce(OPENERS, db, 1)) assertEquals([code, err], [0, ""]);
        await assertHealthy(db);
        await withSqlite(db, async (store) => assertEquals(await store.count({}), 1));
      });
    }
    report(`first openers: ${RACES} races of ${OPENERS}, no error`);
  },
});

Deno.test({
  name: `${SUBMITTERS} processes that submit the same ${KEYS} unique keys make ${KEYS} jobs`,
  async fn(): Promise<void> {
    await inFolder(async (folder) => {
      const db = `${folder}/jobs.db`;
      const ran = await atOnce(SUBMITTERS, db, KEYS);
      for (const { code, err } of ran) assertEquals([code, err], [0, ""]);
      await withSqlite(db, async (store) => {
        const jobs = await store.list({});
        assertEquals(jobs.length, KEYS);
        assertEquals(new Set(jobs.map(({ uniqueKey }) => uniqueKey)).size, KEYS);
        // Everybody was told the id of the job that holds the key, and each job is of one maker.
        const ids = new Map(jobs.map(({ uniqueKey, id }) => [uniqueKey, id]));
        let created = 0;
        for (const { out } of ran) {
          const lines = out.trim().split("\n").map((line) => line.split(" "));
          assertEquals(lines.length, KEYS);
          for (const [key, id, made] of lines) {
            assertEquals(Number(id), ids.get(key!));
            if (made === "true") created++;
          }
        }
        assertEquals(created, KEYS);
      });
      await assertHealthy(db);
    });
    report(`unique keys: ${SUBMITTERS} processes, ${KEYS} keys, ${KEYS} jobs`);
  },
});
