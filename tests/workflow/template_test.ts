import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { DataError } from "../../src/core/errors.ts";
import type { Json, JsonObject } from "../../src/core/json.ts";
import {
  bindParams,
  escapeTemplate,
  findTemplates,
  resolveTemplates,
  type StepValue,
} from "../../src/core/template.ts";

/** Pieces that a careless implementation would trip over, among any text. */
const nasty = fc.array(
  fc.oneof(
    fc.constantFrom(
      "$",
      "$$",
      "{{",
      "${{",
      "$${{",
      "}}",
      '"',
      "'",
      "\\",
      "\n",
      " ",
      "params.a",
      "steps.s.result",
    ),
    fc.string({ unit: "binary" }),
  ),
).map((pieces) => pieces.join(""));

function ended(result: Json): StepValue {
  return { result, error: null, status: "completed" };
}

/** Both phases, as a workflow goes through them. */
function both(
  kind: string,
  payload: JsonObject,
  params: JsonObject,
  steps: Record<string, StepValue>,
): JsonObject {
  return resolveTemplates(bindParams(kind, payload, params), { steps });
}

Deno.test("templates: any value arrives in argv as it is", () => {
  fc.assert(fc.property(nasty, nasty, nasty, (param, result, text) => {
    const argv = [
      "${{ params.a }}",
      "${{ steps.s.result }}",
      `${escapeTemplate(text)}`,
      "${{ params.a }}${{ steps.s.result }}${{params.a}}",
      `x=\${{ params.a }}{{ \${{ steps.s.result }}$`,
    ];
    const resolved = both("command", { argv }, { a: param }, { s: ended(result) });
    assertEquals(resolved, {
      argv: [param, result, text, `${param}${result}${param}`, `x=${param}{{ ${result}$`],
    });
  }));
});

Deno.test("templates: what stands beside an expression is text, whatever it looks like", () => {
  fc.assert(fc.property(nasty, nasty, (before, value) => {
    // A dollar at the end would escape the expression; the escape of text on its own cannot know that.
    const text = before.replace(/\$+$/, "");
    const argv = [`${escapeTemplate(text)}\${{ steps.s.result }}`];
    assertEquals(both("command", { argv }, {}, { s: ended(value) }), { argv: [`${text}${value}`] });
  }));
});

Deno.test("templates: a value that looks like a template is never read as one", () => {
  const evil = "${{ steps.other.result }}";
  const payload = { argv: ["${{ params.a }}", "${{ steps.s.result }}"] };
  const resolved = both("command", payload, { a: evil }, { s: ended(evil), other: ended("secret") });
  assertEquals(resolved, { argv: [evil, evil] });
});

Deno.test("templates: a lone expression keeps its type where the target allows it", () => {
  const steps = { s: ended({ list: [1, 2], flag: false }) };
  const params = { all: "${{ steps.s.result }}", flag: "${{ steps.s.result.flag }}", n: "${{ params.n }}" };
  const expected = { all: { list: [1, 2], flag: false }, flag: false, n: 5 };
  assertEquals(both("module", { url: "file:///m.ts", params }, { n: 5 }, steps), {
    url: "file:///m.ts",
    params: expected,
  });
  assertEquals(both("http", { url: "http://x/${{ params.n }}", body: params }, { n: 5 }, steps), {
    url: "http://x/5",
    body: expected,
  });
});

Deno.test("templates: in a command everything becomes text, objects as JSON, null as nothing", () => {
  const steps = { s: ended({ list: [1, "a"], none: null, yes: true }) };
  const argv = ["${{ steps.s.result.list }}", "[${{ steps.s.result.none }}]", "${{ steps.s.result.yes }}"];
  assertEquals(both("command", { argv, env: { N: "${{ params.n }}" } }, { n: 1.5 }, steps), {
    argv: ['[1,"a"]', "[]", "true"],
    env: { N: "1.5" },
  });
});

Deno.test("templates: paths take fields, items and quoted names", () => {
  const steps = { "a b": ended({ "x.y": [{ "it's": 1 }] }), "c-d": ended([[7]]) };
  const argv = [`\${{ steps["a b"].result['x.y'][0]["it's"] }}`, "${{steps.c-d.result[0][0]}}"];
  assertEquals(both("command", { argv }, {}, steps), { argv: ["1", "7"] });
});

Deno.test("templates: status and error can be named; a step that did not fail has neither message nor class", () => {
  const failed: StepValue = { result: null, error: { class: "E", message: "no disk" }, status: "failed" };
  const argv = ["${{ steps.a.error.message }}", "${{ steps.a.status }}", "${{ steps.b.error.message }}"];
  assertEquals(both("command", { argv }, {}, { a: failed, b: ended(1) }), {
    argv: ["no disk", "failed", ""],
  });
});

Deno.test("templates: aliases in the payload name steps", () => {
  const payload = {
    ...bindParams("command", { argv: ["${{ steps.s.result }}"] }, {}),
    $parents: { s: "source" },
  };
  assertEquals(resolveTemplates(payload, { steps: { source: ended("x") } }).argv, ["x"]);
});

Deno.test("templates: a payload without places to resolve comes back untouched", () => {
  const payload = { argv: ["echo", "${{ steps.s.result }}"] };
  assertStrictEquals(resolveTemplates(payload, {}), payload);
});

Deno.test("templates: a field that is missing is told with expression and step", () => {
  const payload = (expression: string): JsonObject => bindParams("command", { argv: [expression] }, {});
  const steps = {
    parse: ended({ count: 1, rows: [{ a: 1 }] }),
    broken: { result: null, error: null, status: "skipped" as const },
  };
  const fails = (expression: string, message: string, hint?: string): void => {
    const error = assertThrows(() => resolveTemplates(payload(expression), { steps }), DataError);
    assertEquals(error.message, `Expression "${expression}"${message}`);
    assertEquals(error.hint, hint);
  };
  fails(
    "${{ steps.parse.result.cuont }}",
    ': the result of step "parse" has no field "cuont"',
    'Did you mean "count"?',
  );
  fails(
    "${{ steps.parse.result.zzz }}",
    ': the result of step "parse" has no field "zzz"',
    "It has count, rows",
  );
  fails("${{ steps.parse.result.rows[3] }}", ': "rows" in the result of step "parse" has 1 items, no item 3');
  fails(
    "${{ steps.parse.result.rows[0].a.b }}",
    ': "rows[0].a" in the result of step "parse" is a number, which has no field "b"',
  );
  fails("${{ steps.broken.result.a }}", ': step "broken" ended as skipped and has no result');
  fails("${{ steps.gone.result }}", ': there is no parent step "gone"');
  fails(
    "${{ steps.parse.result.toString }}",
    ': the result of step "parse" has no field "toString"',
    "It has count, rows",
  );
});

Deno.test("templates: what is not a path is refused, showing it", () => {
  const cases: readonly [string, string][] = [
    ["${{ params.a + 1 }}", 'Expression "${{ params.a + 1 }}" is not understood'],
    [
      "${{ }}",
      'Expression "${{ }}" begins with "", which is none of params, steps, secrets, failed and schedule',
    ],
    ["a ${{ params.a", 'Expression "${{ params.a" has no closing }}'],
    [
      "${{ env.HOME }}",
      'Expression "${{ env.HOME }}" begins with "env", which is none of params, steps, secrets, failed and schedule',
    ],
    ["${{ steps.a }}", 'Expression "${{ steps.a }}" asks step "a" for nothing of it'],
    ["${{ steps.a.output }}", 'Expression "${{ steps.a.output }}" asks step "a" for "output"'],
    ["${{ params }}", 'Expression "${{ params }}" names nothing'],
    ["${{ $(rm) }}", 'Expression "${{ $(rm) }}" is not understood'],
  ];
  for (const [text, message] of cases) {
    assertEquals(assertThrows(() => findTemplates({ x: [text] }), DataError).message, message);
  }
});

Deno.test("templates: references are found with their places", () => {
  const found = findTemplates({
    argv: ["a", "${{ params.x }} ${{ steps.s.result.y }}"],
    env: { A: "$${{ no }}" },
  });
  assertEquals(found.map(({ at, reference }) => [at, reference.root, reference.name, reference.path]), [
    [["argv", 1], "params", "x", []],
    [["argv", 1], "steps", "s", ["result", "y"]],
  ]);
});
