import { assert, assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { BOUNDS } from "../../src/core/bounds.ts";
import { DataError, UsageError } from "../../src/core/errors.ts";
import type { Json } from "../../src/core/json.ts";
import { type ParamSpec, resolveWorkflow, type StepSpec, WorkflowError } from "../../src/core/workflow.ts";
import { spec, step } from "./specs.ts";

function problem(steps: readonly StepSpec[], message: string, hint?: string): void {
  const error = assertThrows(() => resolveWorkflow(spec(steps)), WorkflowError);
  assertEquals(error.message, message);
  assertEquals(error.hint, hint);
  assertEquals(error.exitCode, 65);
}

Deno.test("workflow: steps come out parents first, with edges by index", () => {
  const { jobs, params, name } = resolveWorkflow(
    spec([step("c", ["b", "a:finished"]), step("b", ["a"]), step("a")]),
  );
  assertEquals([name, params], ["test", {}]);
  assertEquals(jobs.map((job) => [job.step, job.after]), [
    ["a", []],
    ["b", [{ index: 0, on: "success" }]],
    ["c", [{ index: 1, on: "success" }, { index: 0, on: "finished" }]],
  ]);
});

Deno.test("workflow: the order of the file stays where it can", () => {
  const { jobs } = resolveWorkflow(spec([step("b"), step("a"), step("c", ["b"]), step("d")]));
  assertEquals(jobs.map((job) => job.step), ["b", "a", "c", "d"]);
});

Deno.test("workflow: in any graph without a cycle every edge leads to an earlier job", () => {
  const graphs = fc.array(fc.array(fc.nat(), { maxLength: 4 }), { minLength: 1, maxLength: 30 });
  fc.assert(fc.property(graphs, fc.infiniteStream(fc.nat()), (rows, random) => {
    const steps = rows.map((parents, at) =>
      step(`s${at}`, at === 0 ? [] : [...new Set(parents.map((parent) => `s${parent % at}`))])
    );
    const keys = new Map(steps.map((one) => [one, random.next().value!]));
    const shuffled = steps.toSorted((a, b) => keys.get(a)! - keys.get(b)!);
    const { jobs } = resolveWorkflow(spec(shuffled));
    const place = new Map(jobs.map((job, index) => [job.step, index]));
    for (const { name, after } of steps) {
      const edges = jobs[place.get(name)!]!.after as readonly { index: number }[];
      assertEquals(edges.map(({ index }) => jobs[index]!.step), after.map((edge) => edge.step));
      assert(edges.every(({ index }) => index < place.get(name)!));
    }
  }));
});

Deno.test("workflow: a cycle is told with its path", () => {
  const hint = "Take one of them out of another's after";
  problem([step("a", ["b"]), step("b", ["a"])], "Steps wait for each other in a circle: a → b → a", hint);
  problem(
    [step("x"), step("a", ["x", "c"]), step("b", ["a"]), step("c", ["b"]), step("d", ["c"])],
    "Steps wait for each other in a circle: a → b → c → a",
    hint,
  );
});

Deno.test("workflow: wrong names are told with the way out", () => {
  problem([step("a", ["a"])], 'Step "a" waits for itself');
  problem(
    [step("fetch"), step("b", ["ftech"])],
    'Step "b" waits for "ftech", which is not a step',
    'Did you mean "fetch"?',
  );
  problem([step("a"), step("a")], 'Two steps are named "a"');
  problem([step("a"), step("b", ["a", "a"])], 'Step "b" waits for "a" twice');
  problem([step("")], 'Step name "" must have 1 to 128 printable characters');
  problem([step("a\nb")], 'Step name "a\\nb" must have 1 to 128 printable characters');
  problem([step("a".repeat(129))], `Step name "${"a".repeat(40)}" must have 1 to 128 printable characters`);
  problem([], "A workflow needs at least one step");
});

Deno.test("workflow: all that is wrong is told at once", () => {
  const error = assertThrows(
    () => resolveWorkflow(spec([step("a", ["x"]), step("a", ["y"])])),
    WorkflowError,
  );
  assertEquals(error.problems.length, 3);
  assertEquals(error.problems[1]!.at, ["steps", "a", "after", 0]);
  assertEquals(error.message, 'Two steps are named "a" (and 2 more)');
});

Deno.test("workflow: a step that can never run is refused", () => {
  const hint = "Wait for one of the branches with on: finished";
  problem(
    [step("a"), step("b", ["a:success", "a:failure"])],
    'Step "b" can never run: it waits for "a" to succeed and to fail',
  );
  problem(
    [
      step("a"),
      step("ok", ["a"]),
      step("no", ["a:failure"]),
      step("join", ["ok", "no"]),
      step("below", ["join"]),
    ],
    'Step "join" can never run: its parents need "a" to succeed and to fail',
    hint,
  );
  problem(
    [step("a"), step("b", ["a"]), step("c", ["b:failure", "a:failure"])],
    'Step "c" can never run: its parents need "a" to succeed and to fail',
    hint,
  );
});

Deno.test("workflow: joins that can be reached are not refused", () => {
  const fine: readonly (readonly StepSpec[])[] = [
    [step("a"), step("ok", ["a"]), step("no", ["a:failure"]), step("join", ["ok:finished", "no:finished"])],
    [step("a"), step("ok", ["a"]), step("no", ["a:failure"]), step("join", ["ok", "no:finished"])],
    [step("a"), step("b"), step("c", ["a:failure", "b"]), step("d", ["c", "b"])],
    // A step that expires fails without having run: then `a` may have failed as well.
    [step("a"), step("b", ["a"], { expiresAt: 5 }), step("c", ["b:failure", "a:failure"])],
  ];
  for (const steps of fine) assertEquals(resolveWorkflow(spec(steps)).jobs.length, steps.length);
});

Deno.test("workflow: as many steps as allowed resolve, one more does not", () => {
  const chain = Array.from({ length: BOUNDS.workflowSteps }, (_, at) => {
    const parents = at === 0 ? [] : [`s${at - 1}`];
    return step(`s${at}`, parents, { payload: { argv: ["${{ params.p }}", `${at}`] } });
  });
  const params = { p: { type: "string" } as const };
  assertEquals(resolveWorkflow(spec(chain.toReversed(), params), { p: "x" }).jobs.at(-1)!.payload.argv, [
    "x",
    "9999",
  ]);
  const wide = [
    step("root"),
    ...Array.from({ length: BOUNDS.workflowSteps }, (_, at) => step(`w${at}`, ["root"])),
  ];
  problem(wide, `${BOUNDS.workflowSteps + 1} steps are more than the ${BOUNDS.workflowSteps} allowed`);
});

Deno.test("workflow: an alarm for each step of a long chain is no burden", () => {
  const steps = Array.from({ length: BOUNDS.workflowSteps / 2 }, (_, at) => [
    step(`s${at}`, at === 0 ? [] : [`s${at - 1}`]),
    step(`alarm${at}`, [`s${at}:failure`]),
  ]).flat();
  assertEquals(resolveWorkflow(spec(steps)).jobs.length, BOUNDS.workflowSteps);
});

Deno.test("workflow: templates may name only what the step waits for", () => {
  const asks = (text: string): Partial<StepSpec["job"]> => ({ payload: { argv: ["echo", text] } });
  problem(
    [step("a"), step("b", [], asks("${{ steps.a.result }}"))],
    'Step "b": expression "${{ steps.a.result }}" names a step that this one does not wait for',
    "Add a to after of b",
  );
  problem(
    [step("load"), step("b", ["load"], asks("${{ steps.laod.result }}"))],
    'Step "b": expression "${{ steps.laod.result }}" names a step that does not exist',
    'Did you mean "load"?',
  );
  problem(
    [step("b", [], asks("${{ params.x }}"))],
    'Step "b": expression "${{ params.x }}" names a parameter that is not declared',
    "Declare it: params: { x: { type: string } }",
  );
  problem(
    [step("b", [], asks("${{ nope }}"))].slice(),
    'Step "b": Expression "${{ nope }}" begins with "nope", which is none of params, steps, secrets, failed and schedule',
    "Write a path such as ${{ params.date }} or ${{ steps.NAME.result.field }}",
  );
});

Deno.test("workflow: a template in a shell script is refused, in its environment it is not", () => {
  const payload = { argv: ["echo ${{ params.x }}"], shell: true };
  const params = { x: { type: "string" } as const };
  const error = assertThrows(
    () => resolveWorkflow(spec([step("s", [], { payload })], params), { x: "; rm" }),
    DataError,
  );
  assertEquals(
    error.message,
    'Step "s": expression "${{ params.x }}" stands in a shell script, where its value could run as code',
  );
  const safe = { argv: ['echo "$X" $${{'], shell: true, env: { X: "${{ params.x }}" } };
  const { jobs } = resolveWorkflow(spec([step("s", [], { payload: safe })], params), { x: "; rm" });
  assertEquals(jobs[0]!.payload, { argv: ['echo "$X" ${{'], shell: true, env: { X: "; rm" } });
});

Deno.test("workflow: steps that take no templates keep what looks like one", () => {
  const plain = { ...step("a", [], { payload: { params: "${{ steps.x.result }}" } }), templates: false };
  assertEquals(resolveWorkflow(spec([plain])).jobs[0]!.payload, { params: "${{ steps.x.result }}" });
});

const PARAMS: Record<string, ParamSpec> = {
  date: { type: "string" },
  count: { type: "integer", default: 3 },
  ratio: { type: "number", default: 0.5 },
  dry: { type: "boolean", default: false },
  mode: { type: "string", default: "fast", choices: ["fast", "slow"] },
};

Deno.test("workflow: parameters are read as their type, and defaults fill in", () => {
  const bind = (given: Record<string, Json>): Json =>
    resolveWorkflow(spec([step("a")], PARAMS), given).params;
  assertEquals(bind({ date: "007" }), { date: "007", count: 3, ratio: 0.5, dry: false, mode: "fast" });
  assertEquals(bind({ date: "", count: "12", ratio: "-1e3", dry: "true", mode: "slow" }), {
    date: "",
    count: 12,
    ratio: -1000,
    dry: true,
    mode: "slow",
  });
});

Deno.test("workflow: wrong parameters are told with name, value and type", () => {
  const wrong = (given: Record<string, Json>, message: string, hint?: string): void => {
    const error = assertThrows(() => resolveWorkflow(spec([step("a")], PARAMS), given), UsageError);
    assertEquals([error.message, error.hint], [message, hint]);
  };
  wrong({}, 'Parameter "date" is missing', "Give it with -p date=…");
  wrong({ date: "x", dat: "y" }, 'Parameter "dat" is unknown', 'Did you mean "date"?');
  wrong({ date: "x", zebra: "y" }, 'Parameter "zebra" is unknown', "It takes date, count, ratio, dry, mode");
  wrong({ date: "x", count: "1.5" }, 'Parameter "count" is 1.5, which is not a whole number');
  wrong({ date: "x", count: "0x10" }, 'Parameter "count" is "0x10", which is not a whole number');
  wrong({ date: 5 }, 'Parameter "date" is 5, which is not text');
  wrong({ date: "x", dry: "yes" }, 'Parameter "dry" is "yes", which is not true or false');
  wrong({ date: "x", ratio: "" }, 'Parameter "ratio" is "", which is not a number');
  wrong({ date: "x", mode: "medium" }, 'Parameter "mode" is "medium", which is none of fast, slow');
});

Deno.test("workflow: a declaration that contradicts itself is refused", () => {
  const params = { n: { type: "integer", default: "x", choices: [1, 2.5] } } as const;
  const error = assertThrows(() => resolveWorkflow(spec([step("a")], params)), WorkflowError);
  assertEquals(error.problems.map((one) => one.message), [
    'Choice 2.5 of parameter "n" is not a whole number',
    'Default of parameter "n" is "x", which is not a whole number',
  ]);
});

Deno.test("workflow: parameters that make a payload too large are refused", () => {
  const big = "x".repeat(BOUNDS.jsonBytes / 2);
  const payload = { argv: ["${{ params.p }}", "${{ params.p }}"] };
  const flow = spec([step("a", [], { payload })], { p: { type: "string" } });
  assertThrows(() => resolveWorkflow(flow, { p: big }), DataError, 'What step "a" is given is 10000');
});
