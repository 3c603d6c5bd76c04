import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { Place } from "./harness.ts";

const VALUE = "hunter2-secret";
const NAME = "GIGQ_TEST_CLI_SECRET";
const ignore = Deno.build.os === "windows";

/** A folder, and a worker's environment that has the secret. */
async function withSecret(test: (place: Place) => Promise<void>): Promise<void> {
  await using place = await Place.make();
  Deno.env.set(NAME, VALUE);
  try {
    await test(place);
  } finally {
    Deno.env.delete(NAME);
  }
}

/** Whether the value stands anywhere in the files of the queue. */
async function isOnDisk(place: Place): Promise<boolean> {
  for await (const { name, isFile } of Deno.readDir(place.dir)) {
    if (!isFile || !name.startsWith("gigq.db")) continue;
    const text = new TextDecoder("windows-1252").decode(await Deno.readFile(place.path(name)));
    if (text.includes(VALUE)) return true;
  }
  return false;
}

Deno.test({
  name: "a command gets its secret as a variable, and neither queue nor terminal ever has it",
  ignore,
  async fn(): Promise<void> {
    await withSecret(async (place) => {
      const script = `echo "out $TOKEN"; echo "err $TOKEN" >&2; [ -n "$TOKEN" ] && exit 3`;
      await place.ok(["submit", "--secret", `TOKEN=env:${NAME}`, "--shell", script]);
      const worked = await place.gigq(["worker", "--drain"]);
      const status = await place.gigq(["status", "1"]);
      const json = await place.gigq(["status", "1", "--json"]);
      const logs = await place.gigq(["logs", "1"]);
      const printed = [worked, status, json, logs].map(({ out, err }) => out + err).join("\n");
      assert(!printed.includes(VALUE), printed);
      assertStringIncludes(logs.out + logs.err, "out ***");
      const { payload, error, attempts } = JSON.parse(json.out);
      assertEquals(payload.secrets, { TOKEN: { env: NAME } });
      assertEquals([error.message, attempts[0].exitCode], ["err ***", 3]);
      assert(!await isOnDisk(place));
    });
  },
});

Deno.test({
  name: "map hands a secret to every item, and what it prints is masked",
  ignore,
  async fn(): Promise<void> {
    await withSecret(async (place) => {
      const argv = [
        "map",
        "--secret",
        `TOKEN=env:${NAME}`,
        "--shell",
        'printf "%s %.7s\\n" "$1" "$TOKEN"; echo $TOKEN',
      ];
      const { code, out } = await place.gigq(argv, { stdin: "a\nb\n" });
      // A piece of a secret is not known as one.
      assertEquals([code, out], [0, "a hunter2\n***\nb hunter2\n***\n"]);
      assert(!await isOnDisk(place));
    });
  },
});

Deno.test("a request's secret is put into header, address and body when it runs", async () => {
  const seen: unknown[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    const { searchParams } = new URL(request.url);
    const body = await request.text();
    seen.push([request.headers.get("authorization"), searchParams.get("k"), body]);
    return Response.json({ echo: body });
  });
  try {
    await withSecret(async (place) => {
      const url = `http://127.0.0.1:${server.addr.port}/?k=\${{ secrets.TOKEN }}`;
      await place.ok(["submit", "--http", url, "--header", "Authorization: Bearer ${{ secrets.TOKEN }}"]
        .concat(["--body", "k=${{secrets.TOKEN}}", "--secret", `TOKEN=env:${NAME}`]));
      await place.ok(["worker", "--drain"]);
      assertEquals(seen, [[`Bearer ${VALUE}`, VALUE, `k=${VALUE}`]]);
      const [job] = await place.json(["status", "1"]);
      assertEquals([job.status, job.result.body], ["completed", { echo: "k=***" }]);
      assert(!await isOnDisk(place));
    });
  } finally {
    await server.shutdown();
  }
});

Deno.test("a workflow's steps get their secrets, a value that looks like one is none", async () => {
  const seen: unknown[] = [];
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, async (request) => {
    seen.push([request.headers.get("x-token"), await request.text()]);
    return Response.json("${{ secrets.TOKEN }}");
  });
  try {
    await withSecret(async (place) => {
      const url = `http://127.0.0.1:${server.addr.port}/`;
      await place.write("key.txt", "file-secret\n");
      await place.write("steps.ts", "export const work = (_, ctx) => ctx.secret('KEY').length;\n");
      const path = await place.write(
        "flow.yaml",
        `
steps:
  first: { http: { url: "${url}", method: POST, headers: { x-token: "\${{ secrets.TOKEN }}" } }, secrets: { TOKEN: env:${NAME} } }
  second:
    http: { url: "${url}", headers: { x-token: "\${{ secrets.TOKEN }}" }, method: POST, body: "\${{ steps.first.result.body }}" }
    secrets: { TOKEN: env:${NAME} }
    after: [first]
  third: { module: "./steps.ts#work", secrets: { KEY: file:key.txt } }
`,
      );
      await place.ok(["run", path]);
      assertEquals(seen, [[VALUE, ""], [VALUE, "${{ secrets.TOKEN }}"]]);
      const jobs = await place.json(["list", "--name", "third"]);
      assertEquals([jobs[0].result, jobs[0].payload.secrets], [11, { KEY: { file: place.path("key.txt") } }]);
      assert(!await isOnDisk(place));
    });
  } finally {
    await server.shutdown();
  }
});

Deno.test("a secret that is not there fails the job for good, naming where it was looked for", async () => {
  await using place = await Place.make();
  await place.ok(["submit", "--retry", "3", "--secret", "TOKEN=file:no/such", "--", "true"]);
  await place.gigq(["worker", "--drain"]);
  const [job] = await place.json(["status", "1"]);
  assertEquals([job.status, job.attempt, job.error.class], ["failed", 1, "SecretMissing"]);
  assertStringIncludes(job.error.message, "/no/such does not exist");
  assert(job.payload.secrets.TOKEN.file.startsWith("/") || ignore);
});

for (
  const [argv, message] of [
    [["--secret", "TOKEN=hunter2", "--", "true"], 'Secret "TOKEN" says neither env:VARIABLE nor file:PATH'],
    [["--secret", "A", "--secret", "A=env:B", "--", "true"], "--secret A is given twice"],
    [["--secret", "A-B", "--", "true"], 'Secret name "A-B" is not the name of a variable'],
    [
      ["--http", "https://x/", "--header", "A: ${{ secrets.B }}"],
      "The request names a secret and declares none: ${{ secrets.B }}",
    ],
    [
      ["--http", "https://x/", "--body", "${{ secrets.B }}", "--secret", "A"],
      'Expression "${{ secrets.B }}" names a secret that the job does not declare',
    ],
  ] as const
) {
  Deno.test(`submit ${argv.join(" ")} is refused, and no file is made`, async () => {
    await using place = await Place.make();
    const { code, out, err } = await place.gigq(["submit", ...argv]);
    assertEquals(out, "");
    assert([2, 65].includes(code), String(code));
    assertStringIncludes(err, message);
    assert(!err.includes("hunter2"));
    assertEquals([...Deno.readDirSync(place.dir)], []);
  });
}

for (
  const [step, message] of [
    [
      'run: [echo, "${{ secrets.A }}"], secrets: [A]',
      "names a secret, which a command does not get this way",
    ],
    ['module: ./m.ts, with: "${{ secrets.A }}", secrets: [A]', "names a secret, which a module does not get"],
    ['http: "https://x/?${{ secrets.B }}", secrets: [A]', "names a secret that the step does not declare"],
    [
      'http: { url: "https://x/", method: "${{ secrets.A }}" }, secrets: [A]',
      "stands where a request takes no",
    ],
    ['run: [x], secrets: { A: "file:${{ params.p }}" }', "stands in the place of a secret"],
  ] as const
) {
  Deno.test(`a workflow step with { ${step} } is refused`, async () => {
    await using place = await Place.make();
    const path = await place.write("flow.yaml", `params: { p: { default: x } }\nsteps: { s: { ${step} } }\n`);
    await place.write("m.ts", "export default () => 1;\n");
    const { code, err } = await place.gigq(["workflow", "validate", path]);
    assertEquals(code, 65);
    assertStringIncludes(err, message);
  });
}
