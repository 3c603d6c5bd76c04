import { assert, assertEquals, assertThrows } from "@std/assert";
import { DataError, UsageError } from "../../src/core/errors.ts";
import type { Json, JsonObject } from "../../src/core/json.ts";
import { bindRequest } from "../../src/core/request_secrets.ts";
import { parseSecret, secretsOf, toSecrets } from "../../src/core/secret.ts";
import { resolveTemplates } from "../../src/core/template.ts";
import { toNewJob } from "../../src/library/job_input.ts";

const root = (path: string): string => path.startsWith("/") ? path : `/here/${path}`;

Deno.test("a secret is named with the place where it is", () => {
  assertEquals(parseSecret("TOKEN"), ["TOKEN", { env: "TOKEN" }]);
  assertEquals(parseSecret("TOKEN=env:OTHER"), ["TOKEN", { env: "OTHER" }]);
  assertEquals(parseSecret("TOKEN=file:a=b c"), ["TOKEN", { file: "a=b c" }]);
});

Deno.test("a value in the place of a reference is refused, and not repeated", () => {
  const error = assertThrows(() => parseSecret("TOKEN=hunter2"), UsageError);
  assert(!`${error.message}${error.hint}`.includes("hunter2"));
});

for (
  const text of [
    "",
    "=x",
    "A-B",
    "1A",
    "A B",
    "GIGQ_DB",
    "gigq_x",
    "A=env:",
    "A=file:",
    "A=env:B=C",
    "A=env:\0",
  ]
) {
  Deno.test(`not a secret: ${JSON.stringify(text)}`, () => {
    assertThrows(() => parseSecret(text), UsageError);
  });
}

Deno.test("secrets of a job: names alone or places, files made absolute, at most a hundred", () => {
  assertEquals(toSecrets(["A"], root), { A: { env: "A" } });
  assertEquals(toSecrets({ A: { file: "k" }, B: { file: "/k" } }, root), {
    A: { file: "/here/k" },
    B: { file: "/k" },
  });
  assertThrows(() => toSecrets({ A: { env: "B", file: "C" } }, root), UsageError);
  const many = Array.from({ length: 101 }, (_, at) => `S${at}`);
  assertThrows(() => toSecrets(many, root), UsageError, "101 secrets are more than the 100 allowed");
  assertEquals(Object.keys(toSecrets(many.slice(1), root)).length, 100);
});

Deno.test("a payload's secrets are read only where they have their shape", () => {
  assertEquals(secretsOf({ secrets: { A: { env: "B" } } }), { A: { env: "B" } });
  const others: readonly Json[] = [null, 5, [], {}, { A: "env:B" }, { A: { env: 5 } }, {
    A: { env: "a", b: 1 },
  }];
  for (const secrets of others) assertEquals(secretsOf({ secrets }), null);
});

/** The payload of a request that declares K and T. */
function bound(payload: JsonObject): JsonObject {
  const secrets = { K: { env: "K" }, T: { env: "T" } };
  const job = toNewJob({ kind: "http", payload: { ...payload, secrets }, options: {} }, {}, 0);
  const { secrets: _, ...rest } = bindRequest(job).payload;
  return rest;
}

Deno.test("a request's secrets are put into its places, and nothing they contain is read as a template", () => {
  const payload = bound({
    url: "https://x/?k=${{ secrets.K }}",
    headers: { a: "Bearer ${{secrets.T}}", b: "${{ literal }}" },
    body: { deep: ["${{ secrets.K }}", "$${{ secrets.K }} stays", "$${{ x }} and ${{ secrets.T }}"] },
  });
  assertEquals(resolveTemplates(payload, { secrets: { K: "k${{ secrets.T }}", T: "t" } }), {
    url: "https://x/?k=k${{ secrets.T }}",
    headers: { a: "Bearer t", b: "${{ literal }}" },
    body: { deep: ["k${{ secrets.T }}", "$${{ secrets.K }} stays", "${{ x }} and t"] },
  });
});

Deno.test("a request outside of a workflow can name its own secrets only", () => {
  for (
    const [url, message] of [
      ["${{ secrets.TT }}", 'Expression "${{ secrets.TT }}" names a secret that the job does not declare'],
      ["${{ secrets.T }}${{ params.a }}", 'Expression "${{ params.a }}" is no secret'],
      ["${{ secrets.T.x }}", 'Expression "${{ secrets.T.x }}" is no secret'],
      ["${{ secrets.T", 'Expression "${{ secrets.T" is no secret'],
      ["${{ secrets['T'] }}", "is no secret"],
    ] as const
  ) {
    assertThrows(() => bound({ url }), DataError, message);
  }
});

Deno.test("a request that declares no secret is stored as it is, unless address or headers name one", () => {
  const bind = (payload: JsonObject): JsonObject =>
    bindRequest(toNewJob({ kind: "http", payload, options: {} }, {}, 0)).payload;
  const payload = { url: "https://x/", headers: { a: "$${{ secrets.A }}" }, body: "${{ secrets.A }}" };
  assertEquals(bind(payload), payload);
  assertThrows(() => bind({ url: "https://x/?${{ secrets.A }}" }), UsageError, "declares none");
  assertThrows(
    () => bind({ url: "https://x/", headers: { a: "${{secrets.A}}" } }),
    UsageError,
    "declares none",
  );
});
