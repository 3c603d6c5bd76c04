import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import fc from "fast-check";
import { command, JobQueue, Worker, workflow } from "../../mod.ts";
import type { Rule, Status } from "../../src/core/job.ts";
import { runGraph, workflowGraph } from "../../src/library/workflow/graph.ts";
import { toDot } from "../../src/output/graph/dot.ts";
import { drawGraph } from "../../src/output/graph/draw.ts";
import { type Graph, toGraphJson } from "../../src/output/graph/graph.ts";
import { toMermaid } from "../../src/output/graph/mermaid.ts";
import { drawTree } from "../../src/output/graph/tree.ts";
import { textWidth } from "../../src/output/width.ts";
import { spec, step } from "./specs.ts";

/** A graph in short: `a b<a c<a:failure`; a status after `=`. */
function graph(text: string): Graph {
  const parts = text.split(" ").map((part) => /^([^<=]+)(?:=([a-z]+))?(?:<(.+))?$/.exec(part)!.slice(1));
  return {
    name: "test",
    nodes: parts.map(([id, status]) => ({
      id: id!,
      label: id!,
      kind: "command",
      ...status === undefined ? {} : { status: status as Status },
    })),
    edges: parts.flatMap(([to, , parents]) =>
      (parents?.split(",") ?? []).map((parent) => {
        const [from, on = "success"] = parent.split(":");
        return { from: from!, to: to!, on: on as Rule };
      })
    ),
  };
}

function drawn(text: string, expected: string): void {
  assertEquals(drawGraph(graph(text)), expected.replace(/^\n/, ""));
}

Deno.test("graph: a diamond", () => {
  drawn(
    "fetch parse<fetch count<fetch report<parse,count",
    `
      ┌───────┐
      │ fetch │
      └───┬───┘
    ┌─────┴─────┐
┌───┴───┐   ┌───┴───┐
│ parse │   │ count │
└───┬───┘   └───┬───┘
    └─────┬─────┘
     ┌────┴───┐
     │ report │
     └────────┘
`,
  );
});

Deno.test("graph: long edges go round, rules stand in the box", () => {
  drawn(
    "a b<a c<b:failure d<a,c",
    `
             ┌───┐
             │ a │
             └─┬─┘
            ┌──┴──┐
          ┌─┴─┐   │
          │ b │   │
          └─┬─┘   │
         ┌──┘     └──┐
┌────────┴───────┐   │
│ c (on failure) │   │
└────────┬───────┘   │
         └─────┬─────┘
             ┌─┴─┐
             │ d │
             └───┘
`,
  );
});

Deno.test("graph: lines cross without touching", () => {
  drawn(
    "load check ok<load bad<load:failure,check:finished",
    `
         ┌──────┐     ┌───────┐
         │ load │     │ check │
         └───┬──┘     └───┬───┘
   ┌─────────┴────────────│──┐
   │                      └──┤
┌──┴─┐   ┌───────────────────┴──────────────────┐
│ ok │   │ bad (load: failure, check: finished) │
└────┘   └──────────────────────────────────────┘
`,
  );
});

Deno.test("graph: statuses have signs", () => {
  drawn(
    "a=completed b=failed<a c=skipped<b d=running<a e=ready<a f=cancelled<e",
    `
          ┌─────┐
          │ ✓ a │
          └──┬──┘
   ┌─────────┼─────────┐
┌──┴──┐   ┌──┴──┐   ┌──┴──┐
│ ✗ b │   │ ● d │   │ ○ e │
└──┬──┘   └─────┘   └──┬──┘
┌──┴──┐             ┌──┴──┐
│ – c │             │ ⊘ f │
└─────┘             └─────┘
`,
  );
});

Deno.test("graph: what is too wide becomes a tree", () => {
  const hours = Array.from({ length: 9 }, (_, hour) => `hour-${hour}<day`);
  const names = Array.from({ length: 9 }, (_, hour) => `hour-${hour}:finished`);
  drawn(
    ["day", ...hours, `report<${names.join()}`, "mail<report"].join(" "),
    `
day
├─ hour-0
├─ hour-1
├─ hour-2
├─ hour-3
├─ hour-4
├─ hour-5
├─ hour-6
├─ hour-7
└─ hour-8
report (on finished) ← hour-0, hour-1, hour-2, hour-3, hour-4, hour-5, hour-6, …
└─ mail
`,
  );
});

Deno.test("graph: a long chain does not leave the page", () => {
  const chain = Array.from({ length: 2_000 }, (_, at) => at === 0 ? "s0" : `s${at}<s${at - 1}`);
  const lines = drawGraph(graph(chain.join(" "))).trimEnd().split("\n");
  assertEquals(lines.length, 2_000);
  assert(lines.every((line) => textWidth(line) <= 80));
});

Deno.test("graph: any drawing fits, shows every step once, and has colour only when asked", () => {
  const rows = fc.array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 14 });
  const widths = fc.integer({ min: 30, max: 120 });
  fc.assert(fc.property(rows, widths, (all, columns) => {
    const text = all.map((parents, at) => {
      const list = at === 0 ? [] : [...new Set(parents.map((parent) => `<${parent % at}>`))];
      return `<${at}>|${list.join()}`;
    });
    const nodes = text.map((row) => row.split("|")[0]!);
    const drawing = drawGraph({
      name: "any",
      nodes: nodes.map((id) => ({ id, label: id, kind: "command" })),
      edges: text.flatMap((row) => {
        const [to, from] = row.split("|");
        return from === ""
          ? []
          : from!.split(",").map((parent) => ({ from: parent, to: to!, on: "success" as const }));
      }),
    }, { columns });
    assert(drawing.split("\n").every((line) => textWidth(line) <= columns), drawing);
    const before = drawing.replace(/ ←.*/g, "");
    for (const node of nodes) assertEquals(before.split(node).length, 2, drawing);
    assert(!drawing.includes("\x1b"));
  }));
});

Deno.test("graph: colour takes no room", () => {
  const plain = drawGraph(graph("a=completed b=failed<a"));
  const painted = drawGraph(graph("a=completed b=failed<a"), { color: true });
  assertStringIncludes(painted, "\x1b[32m✓ a\x1b[0m");
  // deno-lint-ignore no-control-regex
  assertEquals(painted.replace(/\x1b\[\d+m/g, ""), plain);
});

Deno.test("graph: names cannot steer the terminal", () => {
  const evil: Graph = { name: "x", nodes: [{ id: "a", label: "\x1b[2J\u202e", kind: "command" }], edges: [] };
  assertStringIncludes(drawGraph(evil), "│ \\e[2J\\u{202e} │");
});

Deno.test("graph: Mermaid", () => {
  const { nodes, ...rest } = graph("load=completed alert<load:failure");
  const special = [...nodes, { id: "q", label: 'say "hi"; <b>#1', kind: "module" }];
  assertEquals(
    toMermaid({ ...rest, nodes: special }),
    `flowchart TD
  s0["load"]
  s1["alert"]
  s2(["say #34;hi#34;#59; #60;b#62;#35;1"])
  s0 -. failure .-> s1
  classDef completed fill:#d4edda,stroke:#28a745,color:#000
  class s0 completed
`,
  );
});

Deno.test("graph: DOT", () => {
  const { nodes, ...rest } = graph("load=failed alert<load:failure next<load");
  const special = [...nodes, { id: 'say "hi" \\', label: "two\nlines", kind: "http" }];
  assertEquals(
    toDot({ ...rest, nodes: special }),
    `digraph "test" {
  node [shape=box, style=filled, fillcolor=white];
  "load" [label="load", fillcolor="#f8d7da"];
  "alert" [label="alert"];
  "next" [label="next"];
  "say \\"hi\\" \\\\" [label="two\\nlines", shape=hexagon];
  "load" -> "alert" [label="failure", style=dashed];
  "load" -> "next";
}
`,
  );
});

Deno.test("graph: JSON reads back as the graph", () => {
  const flow = workflowGraph(spec([step("a"), step("b", ["a:finished"])]));
  assertEquals(JSON.parse(toGraphJson(flow)), flow);
  assertEquals(flow, {
    name: "test",
    nodes: [{ id: "a", label: "a", kind: "command" }, { id: "b", label: "b", kind: "command" }],
    edges: [{ from: "a", to: "b", on: "finished" }],
  });
});

Deno.test("graph: the tree names the parents of what has several", () => {
  assertEquals(drawTree(graph("a b<a c<a d<b,c e<d"), 80, false), "a\n├─ b\n└─ c\nd ← b, c\n└─ e\n");
});

Deno.test("graph: a run shows its steps' statuses", async () => {
  const wf = workflow("run");
  const bad = wf.add(command(["false"]), { name: "bad" });
  wf.add(command(["true"]), { name: "after", after: { bad } });
  await using queue = await JobQueue.open(":memory:");
  const run = await wf.submit(queue);
  await new Worker(queue).drain();
  const drawing = runGraph("run", await run.jobs());
  assertEquals(drawing.nodes.map(({ id, status }) => [id, status]), [["bad", "failed"], [
    "after",
    "skipped",
  ]]);
  assertEquals(drawing.edges, [{ from: "bad", to: "after", on: "success" }]);
});
