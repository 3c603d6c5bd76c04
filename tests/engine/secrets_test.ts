import { assert, assertEquals } from "@std/assert";
import type { JsonObject } from "../../src/core/json.ts";
import type { RunContext, RunResult } from "../../src/core/ports.ts";
import { MemoryStore } from "../../src/store/memory/store.ts";
import { type Body, done, failed, job, type Rig, rig, spy } from "./rig.ts";

const VALUE = "hunter2-secret";
const NAME = "GIGQ_TEST_SECRET";

/** One attempt of a job that has the secret TOKEN, and everything that the store and the listener were told. */
async function run(
  body: Body,
  secrets: JsonObject = { TOKEN: { env: NAME } },
): Promise<Rig & { readonly told: () => string }> {
  const { store, calls } = spy(new MemoryStore());
  const r = rig(body, { store });
  await store.enqueue({ jobs: [job({ maxAttempts: 2 }, { payload: { secrets } })] }, r.clock.now());
  Deno.env.set(NAME, VALUE);
  try {
    await r.start();
    await r.finish();
  } finally {
    Deno.env.delete(NAME);
  }
  const decode = (_key: string, value: unknown): unknown =>
    value instanceof Uint8Array ? new TextDecoder().decode(value) : value;
  return { ...r, told: () => JSON.stringify([calls, r.events], decode) };
}

async function logOf({ store }: Rig): Promise<string> {
  const chunks = await store.readLog(1, { attempt: 1 });
  return chunks.map(({ data }) => new TextDecoder().decode(data)).join("");
}

Deno.test("a secret reaches the runner, and nothing the runner says gives it away", async () => {
  const seen: string[] = [];
  const r = await run(async (claimed, context) => {
    const token = context.secrets.TOKEN!;
    seen.push(token);
    context.log("stdout", `is ${token.slice(0, 5)}`);
    context.log("stderr", `beside `);
    context.log("stdout", new TextEncoder().encode(`${token.slice(5)}!\n`));
    context.log("stderr", `${btoa(token)} ${encodeURIComponent(token)}\n`);
    context.progress({ token });
    await context.save({ checkpoint: { [token]: token }, steps: { a: [token] } });
    if (claimed.attempt === 2) return { type: "completed", result: { token: `Bearer ${token}` } };
    return { type: "failed", reason: "error", error: { class: "E", message: token, stack: `at ${token}` } };
  });
  assertEquals(seen, [VALUE, VALUE]);
  assert(!r.told().includes(VALUE), r.told());
  assertEquals(await logOf(r), "is beside ***!\n*** ***\n");
  const [stored] = await r.store.list({});
  assertEquals([stored!.result, stored!.progress], [{ token: "Bearer ***" }, { token: "***" }]);
  const [first] = await r.store.attempts(1);
  assertEquals([first!.error!.message, first!.error!.stack], ["***", "at ***"]);
});

Deno.test("what is thrown is masked like what is returned", async () => {
  const r = await run((_claimed, context) => {
    throw new Error(`failed with ${context.secrets.TOKEN}`);
  });
  assert(!r.told().includes(VALUE));
  assertEquals((await r.store.list({}))[0]!.error!.message, "failed with ***");
});

Deno.test("a result is masked as JSON makes it, and one that JSON cannot carry fails the job alone", async () => {
  const circle: Record<string, unknown> = {};
  circle.self = circle;
  const outcomes = [];
  for (
    const result of [{ at: new Date(0), none: undefined }, new URL(`http://h/?k=${VALUE}`), circle, { n: 1n }]
  ) {
    const r = await run(() => ({ type: "completed", result: result as never }));
    const [stored] = await r.store.list({});
    outcomes.push([stored!.status, stored!.result, stored!.attempt, stored!.error?.class ?? null]);
  }
  assertEquals(outcomes, [
    ["completed", { at: "1970-01-01T00:00:00.000Z" }, 1, null],
    ["completed", "http://h/?k=***", 1, null],
    ["failed", null, 1, "DataError"],
    ["failed", null, 1, "DataError"],
  ]);
});

Deno.test("what was saved is found again, masked", async () => {
  let found: unknown = null;
  await run(async (claimed, context): Promise<RunResult> => {
    found = context.checkpoint;
    if (claimed.attempt === 2) return done;
    await context.save({ checkpoint: `after ${VALUE}`, steps: { s: VALUE } });
    return failed();
  });
  const { value, steps } = found as NonNullable<RunContext["checkpoint"]>;
  assertEquals([value, steps], ["after ***", { s: "***" }]);
});

Deno.test("the key of a step cannot carry a secret: masked, it would not be found again", async () => {
  let refused = "";
  await run(async (_claimed, context) => {
    await context.save({ steps: { [`for ${VALUE}`]: 1 } }).catch((error) => refused = error.message);
    return done;
  });
  assertEquals(refused, "The key of a step contains a secret");
});

Deno.test("a context passes on all else as it is", async () => {
  const r = await run((claimed, context) => {
    assertEquals([context.parents, context.location, context.signal.aborted], [[], null, false]);
    assertEquals([context.kill.aborted, context.warning.aborted], [false, false]);
    context.beforeBeat(() => {});
    void context.process({ pid: 4242, pidStart: "1" });
    context.log("stdout", "no secrets\n");
    return claimed.attempt === 1 ? { ...failed(), permanent: true } : done;
  });
  assertEquals(await logOf(r), "no secrets\n");
  assertEquals((await r.store.list({}))[0]!.attempt, 1);
});

async function failure(secrets: JsonObject): Promise<readonly unknown[]> {
  let ran = false;
  const r = await run(() => {
    ran = true;
    return done;
  }, secrets);
  const [{ status, attempt, error }] = await r.store.list({}) as [never];
  return [ran, status, attempt, (error as unknown as { class: string }).class, (error as Error).message];
}

Deno.test("a variable that is not set fails the attempt for good, before anything runs", async () => {
  assertEquals(await failure({ KEY: { env: "GIGQ_TEST_NOT_SET" } }), [
    false,
    "failed",
    1,
    "SecretMissing",
    'Secret "KEY" is missing: the worker\'s variable GIGQ_TEST_NOT_SET is not set',
  ]);
});

Deno.test("a secret comes from a file, without its last line break; one that is not there is told", async () => {
  const folder = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${folder}/key`, "line one\nline two\n");
    let value = "";
    const r = await run((_claimed, context) => {
      value = context.secrets.KEY!;
      context.log("stdout", "line two, alone\n");
      return done;
    }, { KEY: { file: `${folder}/key` } });
    assertEquals(value, "line one\nline two");
    assertEquals(await logOf(r), "***, alone\n");

    const told = async (file: string): Promise<unknown> => (await failure({ KEY: { file } })).slice(3);
    const text = (why: string, path: string): string => `the file ${path} ${why}`;
    assertEquals(await told(`${folder}/gone`), [
      "SecretMissing",
      `Secret "KEY" is missing: ${text("does not exist", `${folder}/gone`)}`,
    ]);
    assertEquals(await told(folder), [
      "SecretMissing",
      `Secret "KEY" is missing: ${text("is not a file", folder)}`,
    ]);
    for (
      const [content, why] of [
        [new Uint8Array([255, 254, 253, 252]), "is not UTF-8 text"],
        [new Uint8Array(64_001).fill(65), "has more than 64000 bytes"],
        [
          new TextEncoder().encode("abc\n"),
          "has fewer than 4 characters, too few to be kept out of the output",
        ],
        [new TextEncoder().encode("ab\0cd"), "contains a NUL character"],
      ] as const
    ) {
      await Deno.writeFile(`${folder}/bad`, content);
      assertEquals(await told(`${folder}/bad`), [
        "SecretUnusable",
        `Secret "KEY" cannot be used: ${text(why, `${folder}/bad`)}`,
      ]);
    }
    await Deno.writeTextFile(`${folder}/bad`, "\n");
    assertEquals(await told(`${folder}/bad`), [
      "SecretMissing",
      `Secret "KEY" is missing: ${text("is empty", `${folder}/bad`)}`,
    ]);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a member of a custom payload that is only named secrets is left alone", async () => {
  const r = await run((claimed) => ({ type: "completed", result: claimed.payload.secrets! }), { a: 5 });
  assertEquals((await r.store.list({}))[0]!.result, { a: 5 });
});

Deno.test("a job whose worker is stopped while its secrets are looked up does not start", async () => {
  let ran = false;
  const r = rig(() => {
    ran = true;
    return done;
  });
  Deno.env.set(NAME, VALUE);
  try {
    const secret = job({}, { payload: { secrets: { TOKEN: { env: NAME } } } });
    await r.store.enqueue({ jobs: [secret] }, r.clock.now());
    const end = r.engine.run();
    r.engine.stop("kill");
    await end;
    assertEquals([ran, (await r.store.list({}))[0]!.status], [false, "ready"]);
  } finally {
    Deno.env.delete(NAME);
  }
});

Deno.test("a job gets the whole address of its queue, and nothing it says gives the password away", async () => {
  const seen: (string | null)[] = [];
  const location = "postgres://ann:hunter2%21secret@db/jobs?password=0ther-one";
  const { store, calls } = spy(new MemoryStore());
  const r = rig(async (_claimed, context) => {
    seen.push(context.location);
    context.log("stdout", `${context.location}\n`);
    context.log("stderr", "hunter2!secret");
    context.progress({ db: context.location });
    await context.save({ checkpoint: context.location });
    return failed(`cannot reach ${context.location}, hunter2!secret, 0ther-one`);
  }, { store, location });
  await store.enqueue({ jobs: [job({ maxAttempts: 2 })] }, r.clock.now());
  await r.start();
  await r.finish();
  assertEquals(seen, [location, location]);
  const decode = (_key: string, value: unknown): unknown =>
    value instanceof Uint8Array ? new TextDecoder().decode(value) : value;
  const told = JSON.stringify([calls, r.events], decode);
  for (const word of ["hunter2", "0ther"]) assert(!told.includes(word), told);
  assertEquals(await logOf(r), "postgres://ann:***@db/jobs?password=***\n***");
});
