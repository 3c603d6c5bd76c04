import { assert, assertEquals, assertMatch } from "@std/assert";
import { gigq, NOW } from "../cli/fixture.ts";
import { populate } from "../store/populate.ts";
import { report, size } from "./sizes.ts";
import { Chance, gigqProcess, inFolder, withSqlite } from "./storage_kit.ts";
import { MUTATIONS } from "./storage_mutations.ts";

const COUNT = size("mutations", 100, 500);
/** So many run as processes of their own, too. */
const PROCESSES = size("mutation_processes", 3, 25);
const JOBS = 300;
const ID = 20;
/** What `gigq` says of a file that it will not use: damaged or none of ours, or newer. */
const REFUSED = [65, 78];
/** Job not there: what a flipped bit can make of a look at one job. */
const NOT_FOUND = 3;

type Bytes = Uint8Array<ArrayBuffer>;

/** `missing`: a flipped bit in an index or an id hid the job, which only the doctor notices. */
type Verdict = "worked" | "refused" | "missing";

interface Look {
  readonly argv: readonly string[];
  /** What it prints for the undamaged database. */
  readonly whole: string;
}

async function makeWhole(folder: string): Promise<{ bytes: Bytes; looks: readonly Look[] }> {
  const db = `${folder}/whole.db`;
  await withSqlite(db, async (store) => {
    await populate(store);
    const { newJob } = await import("../../src/testing/contract/kit.ts");
    const jobs = Array.from({ length: JOBS }, (_, i) => newJob({ name: `job ${i}`, tags: ["many"] }));
    await store.enqueue({ jobs }, NOW);
  });
  const argvs = [["stats", "--json"], ["list", "--json"], ["list"], ["workflow", "list", "--json"]];
  for (let id = 1; id <= ID; id++) argvs.push(["status", String(id), "--json"]);
  const looks: Look[] = [];
  for (const argv of argvs) {
    const ran = await gigq([...argv, "--db", db]);
    assertEquals([ran.code, ran.err], [0, ""]);
    looks.push({ argv, whole: ran.out });
  }
  return { bytes: await Deno.readFile(db), looks };
}

function hex(bytes: Bytes): string {
  return bytes.toBase64();
}

/** Throws unless the run either worked, or refused in one line and left the file as it was. */
async function judge(
  ran: { code: number; out: string; err: string },
  { argv, whole }: Look,
  file: string,
  before: Bytes,
): Promise<Verdict> {
  if (ran.code === 0) {
    // Harmless, or it changed a value: still well-formed.
    if (ran.out !== whole && argv.includes("--json")) {
      for (const line of ran.out.trim().split("\n")) if (line !== "") JSON.parse(line);
    }
    assertEquals(ran.err, "");
    return "worked";
  }
  assert(
    REFUSED.includes(ran.code) || (argv[0] === "status" && ran.code === NOT_FOUND),
    `exit ${ran.code}: ${ran.err}`,
  );
  assertMatch(ran.err, /^(gigq: |\{"error":)[^\n]+\n$/);
  assert(!/SQLITE_|at file:|undefined|\[object/.test(ran.err), ran.err);
  assertEquals(hex(await Deno.readFile(file)), hex(before), "the file was touched");
  return ran.code === NOT_FOUND ? "missing" : "refused";
}

/** Whatever is wrong, the check-up says it in lines, and leaves the file alone. */
async function judgeDoctor(file: string, before: Bytes): Promise<void> {
  const { code, out, err } = await gigq(["doctor", "--json", "--db", file]);
  const verdicts = out.trim().split("\n").map((line) => JSON.parse(line).verdict as string);
  assertEquals([code, err], [verdicts.includes("problem") ? 1 : 0, ""]);
  assertEquals(hex(await Deno.readFile(file)), hex(before), "the file was touched");
}

Deno.test(`${COUNT} spoiled databases: one line and the right exit code, and the file stays as it is`, async () => {
  const chance = new Chance("mutations");
  const found = { worked: 0, refused: 0, missing: 0 };
  const failures: string[] = [];
  await inFolder(async (folder) => {
    const { bytes, looks } = await makeWhole(folder);
    const names = Object.keys(MUTATIONS);
    for (let index = 0; index < COUNT; index++) {
      const name = names[index % names.length]!;
      const spoiled = MUTATIONS[name]!(bytes, chance);
      const chosen = [looks[0]!, looks[1]!, looks[2]!, looks[3]!, chance.pick(looks.slice(4))];
      const file = `${folder}/${index}.db`;
      for (const look of chosen) {
        await Deno.writeFile(file, spoiled, { mode: 0o600 });
        try {
          found[await judge(await gigq([...look.argv, "--db", file]), look, file, spoiled)]++;
          if (look === looks[0]) await judgeDoctor(file, spoiled);
        } catch (error) {
          failures.push(`${index} (${name}), gigq ${look.argv.join(" ")}: ${(error as Error).message}`);
        }
        // No log of an unhappy end is left beside it for the next file.
        for (const end of ["", "-wal", "-shm"]) await Deno.remove(`${file}${end}`).catch(() => {});
      }
    }
  });
  report(
    `mutations: ${COUNT} files, ${found.refused} looks refused, ${found.worked} worked, ` +
      `${found.missing} did not find the job`,
  );
  assertEquals(failures, []);
  assert(found.refused > 0 && found.worked > 0);
});

Deno.test(`${PROCESSES} spoiled databases, looked at by the program itself`, async () => {
  const chance = new Chance("mutations, processes");
  await inFolder(async (folder) => {
    const { bytes, looks } = await makeWhole(folder);
    const file = `${folder}/spoiled.db`;
    for (let index = 0; index < PROCESSES; index++) {
      const spoiled = chance.pick(Object.values(MUTATIONS))(bytes, chance);
      const look = looks[index % 2]!;
      await Deno.writeFile(file, spoiled, { mode: 0o600 });
      await judge(await gigqProcess([...look.argv, "--db", file]), look, file, spoiled);
    }
  });
});
