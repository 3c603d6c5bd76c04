import { assert, assertEquals } from "@std/assert";
import { Ajv } from "ajv";
import { parse } from "yaml";
import {
  AFTER_KEYS,
  FILE_KEYS,
  HTTP_KEYS,
  KIND_KEYS,
  OPTION_KEYS,
  PARAM_KEYS,
  RULE_KEYS,
  STEP_KEYS,
} from "../../src/library/workflow/file_keys.ts";
import { readWorkflowText } from "../../src/library/workflow/read_file.ts";

const schema = JSON.parse(
  await Deno.readTextFile(new URL("../../schema/workflow.schema.json", import.meta.url)),
);
const validate = new Ajv({ allErrors: true, allowUnionTypes: true }).compile(schema);

async function loads(text: string): Promise<boolean> {
  return "spec" in await readWorkflowText(text, new URL("file:///flow.yaml"), 0);
}

const step = (text: string): string => `steps: { s: ${text} }`;

const GOOD = [
  step("{ run: [echo, 1, true, 1.5] }"),
  step("{ run: [x], env: { A: 1, B: yes, C: false }, cwd: /tmp, stdin: text }"),
  step("{ shell: 'cat | wc', stdin: { file: a }, env: {} }"),
  step("{ shell: 'echo $${{ literal }}', stdin: { text: a } }"),
  step("{ module: ./m.ts, with: null, permissions: { net: true } }"),
  step("{ module: ./m.ts#f, with: [1, { a: b }] }"),
  step("{ http: 'https://example.org/' }"),
  step("{ run: [x], secrets: [TOKEN, _b2] }"),
  step("{ run: [x], secrets: { A: env:B, C: 'file:/run/d', E: { env: F }, G: { file: ../h } } }"),
  step("{ http: 'https://x/?k=${{ secrets.K }}', secrets: [K] }"),
  step(
    "{ http: { url: 'http://x/', method: PUT, headers: { a: 1 }, body: [1], accept: [200, 3xx, '404'] } }",
  ),
  step(
    "{ run: [x], name: n, queue: q, priority: -5, tags: [a, b], retry: 0, backoff: 'exp:1s..5m', jitter: equal }",
  ),
  step(
    "{ run: [x], max-attempts: 1, backoff: 'fixed:2', timeout: 1.5, grace: 0s, delay: 2h30m, expires: 1d }",
  ),
  step(
    "{ run: [x], retry: 3, backoff: 'fib:1s..1m', jitter: full, budget: 1h, retry-on: 'timeout,exit:75', " +
      "no-retry-on: [{ exit: 2 }, 'error:/denied/'], timeout: 5m, signal: USR1@60 }",
  ),
  step("{ run: [x], retry: 1, backoff: 'exp:1s', jitter: decorrelated, on-error: 'exit:75 -> snooze:5m' }"),
  step("{ run: [x], retry: 1, backoff: 'list:1s,5s' }"),
  step(
    "{ run: [x], on-error: ['exit:75 -> dead', none, { match: { exit: 70-79, class: E, regex: /a/i }, do: 'snooze:5m' }, " +
      "{ match: { timeout: true }, do: pause-queue }, { match: any, run: [./alert, '${{ failed.error.message }}'], name: a }, " +
      "{ match: lost, shell: 'echo \"$WHY\"', env: { WHY: '${{ failed.reason }}' } }, " +
      "{ match: { signal: true }, module: ./m.ts, with: { id: '${{ failed.id }}' } }, { match: any, http: 'http://x/' }] }",
  ),
  "{ $schema: x, name: n, description: d, params: { a: , b: { type: number, default: 1, choices: [1, 2], description: d } }, steps: { a: { run: [x] } } }",
  "steps: { a: { run: [x] }, b: { run: [x], after: a }, c: { run: [x], after: [a, { step: b, on: finished }] }, d: { run: [x], after: [{ step: c }] } }",
  "{ max-fails: 10, steps: { a: { run: [x] } } }",
  "{ max-fails: 12.5%, steps: { a: { run: [x] } } }",
  "{ max-fails: '100%', steps: { a: { run: [x] } } }",
];

const BAD = [
  "",
  "[]",
  "name: x",
  "steps: {}",
  "steps: []",
  "{ name: 5, steps: { a: { run: [x] } } }",
  "{ nam: x, steps: { a: { run: [x] } } }",
  "{ max-fails: 0, steps: { a: { run: [x] } } }",
  "{ max-fails: 1.5, steps: { a: { run: [x] } } }",
  "{ max-fails: 101%, steps: { a: { run: [x] } } }",
  "{ max-fails: 0%, steps: { a: { run: [x] } } }",
  "{ max-fails: [1], steps: { a: { run: [x] } } }",
  "{ params: [a], steps: { a: { run: [x] } } }",
  "{ params: { a: 5 }, steps: { a: { run: [x] } } }",
  "{ params: { a: { typ: string } }, steps: { a: { run: [x] } } }",
  "{ params: { a: { type: text } }, steps: { a: { run: [x] } } }",
  "{ params: { a: { default: [] } }, steps: { a: { run: [x] } } }",
  "{ params: { a: { choices: 1 } }, steps: { a: { run: [x] } } }",
  "steps: { '': { run: [x] } }",
  step("echo"),
  step("{}"),
  step("{ after: [] }"),
  step("{ run: echo }"),
  step("{ run: [] }"),
  step("{ run: [[a]] }"),
  step("{ run: [null] }"),
  step("{ run: [x], shell: y }"),
  step("{ shell: 'echo ${{ params.x }}' }"),
  step("{ shell: [x] }"),
  step("{ shell: '' }"),
  step("{ module: '' }"),
  step("{ module: 5 }"),
  step("{ module: ./m.ts, env: {} }"),
  step("{ module: ./m.ts, permissions: all }"),
  step("{ run: [x], with: {} }"),
  step("{ run: [x], env: [A] }"),
  step("{ run: [x], env: { A: [] } }"),
  step("{ run: [x], cwd: 5 }"),
  step("{ run: [x], stdin: 5 }"),
  step("{ run: [x], stdin: { files: a } }"),
  step("{ run: [x], stdin: { file: a, text: b } }"),
  step("{ run: [x], stdin: {} }"),
  step("{ http: 5 }"),
  step("{ http: {} }"),
  step("{ http: { url: 'http://x/', methd: GET } }"),
  step("{ http: { url: 'http://x/', accept: 200 } }"),
  step("{ http: { url: 'http://x/', accept: [999] } }"),
  step("{ http: { url: 'http://x/', headers: [a] } }"),
  step("{ run: [x], secrets: TOKEN }"),
  step("{ run: [x], secrets: [1] }"),
  step("{ run: [x], secrets: [a-b] }"),
  step("{ run: [x], secrets: [GIGQ_DB] }"),
  step("{ run: [x], secrets: { A: hunter2 } }"),
  step("{ run: [x], secrets: { A: 'env:' } }"),
  step("{ run: [x], secrets: { A: 'file:' } }"),
  step("{ run: [x], secrets: { A: 'env:B=C' } }"),
  step("{ run: [x], secrets: { A: {} } }"),
  step("{ run: [x], secrets: { A: { file: '' } } }"),
  step("{ run: [x], secrets: { A: { env: B, file: C } } }"),
  step("{ run: [x], secrets: { A: null } }"),
  step("{ run: [x], retries: 3 }"),
  step("{ run: [x], retry: -1 }"),
  step("{ run: [x], retry: 1.5 }"),
  step("{ run: [x], retry: 1, max-attempts: 2 }"),
  step("{ run: [x], max-attempts: 0 }"),
  step("{ run: [x], backoff: quick }"),
  step("{ run: [x], jitter: some }"),
  step("{ run: [x], retry: 1, budget: soon }"),
  step("{ run: [x], retry: 1, retry-on: [] }"),
  step("{ run: [x], retry: 1, retry-on: { exit: 1 } }"),
  step("{ run: [x], retry: 1, retry-on: [{ exits: 1 }] }"),
  step("{ run: [x], retry: 1, retry-on: [{ exit: 256 }] }"),
  step("{ run: [x], retry: 1, no-retry-on: [{ timeout: 5 }] }"),
  step("{ run: [x], timeout: 5m, signal: USR1 }"),
  step("{ run: [x], on-error: 5 }"),
  step("{ run: [x], on-error: [5] }"),
  step("{ run: [x], on-error: [{ do: fail }] }"),
  step("{ run: [x], on-error: [{ match: any }] }"),
  step("{ run: [x], on-error: [{ match: any, do: panic }] }"),
  step("{ run: [x], on-error: [{ match: any, do: fail, run: [y] }] }"),
  step("{ run: [x], on-error: [{ match: any, run: [y], shell: z }] }"),
  step("{ run: [x], on-error: [{ match: any, run: [y], retry: 3 }] }"),
  step("{ run: [x], on-error: [{ match: any, shell: 'echo ${{ failed.id }}' }] }"),
  step("{ run: [x], timeout: soon }"),
  step("{ run: [x], timeout: -1 }"),
  step("{ run: [x], grace: [] }"),
  step("{ run: [x], priority: high }"),
  step("{ run: [x], priority: 1000001 }"),
  step("{ run: [x], queue: '' }"),
  step("{ run: [x], tags: a }"),
  step("{ run: [x], tags: [1] }"),
  step("{ run: [x], after: 5 }"),
  step("{ run: [x], after: [5] }"),
  step("{ run: [x], after: [{ on: failure }] }"),
  step("{ run: [x], after: [{ step: y, on: later }] }"),
  step("{ run: [x], after: [{ step: y, when: failure }] }"),
];

for (const text of GOOD) {
  Deno.test(`schema and loader accept ${text}`, async () => {
    assert(validate(parse(text)), JSON.stringify(validate.errors));
    assert(await loads(text));
  });
}

for (const text of BAD) {
  Deno.test(`schema and loader refuse ${text || "an empty file"}`, async () => {
    assertEquals([validate(parse(text)), await loads(text)], [false, false]);
  });
}

Deno.test("schema and loader know the same keys", () => {
  const keys = (table: { properties: Record<string, unknown> }): string[] =>
    Object.keys(table.properties).sort();
  const { step, param, parent, request, rule } = schema.$defs;
  assertEquals(keys(schema), FILE_KEYS.toSorted());
  assertEquals(keys(step), STEP_KEYS.toSorted());
  assertEquals(keys(param), PARAM_KEYS.toSorted());
  assertEquals(keys(parent), AFTER_KEYS.toSorted());
  assertEquals(keys(request), HTTP_KEYS.toSorted());
  assertEquals(keys(rule), RULE_KEYS.toSorted());
  assertEquals(step.oneOf.map((kind: { required: string[] }) => kind.required[0]), Object.keys(KIND_KEYS));
  assert(Object.keys(OPTION_KEYS).every((key) => key in step.properties));
});

Deno.test("schema: everything is described, so that editors can tell", () => {
  const silent: string[] = [];
  const visit = (value: unknown, path: string): void => {
    if (value === null || typeof value !== "object") return;
    const { properties } = value as { properties?: Record<string, { description?: string }> };
    for (const [key, member] of Object.entries(properties ?? {})) {
      if (member.description === undefined) silent.push(`${path}/${key}`);
    }
    for (const [key, member] of Object.entries(value)) visit(member, `${path}/${key}`);
  };
  visit(schema, "");
  assertEquals(silent, []);
});
