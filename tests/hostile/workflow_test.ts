/** Hostile parameters and results through the `${{ }}` of workflows. */

import { assertEquals } from "@std/assert";
import { assertSame, chunked, hostileTest } from "./place.ts";
import type { Place } from "../cli/harness.ts";

const MODULE = new URL("./echo_module.ts", import.meta.url).href;
/** Values in one workflow: an argv has its bounds. */
const A_RUN = 50;

/** Output of a step whose values end with NUL. */
function parts(text: unknown): string[] {
  return String(text).split("\0").slice(0, -1);
}

/** Runs a workflow over parameters `v0`, `v1` …, the so-many-th of its place, and hands over the results by step. */
async function run(
  place: Place,
  number: number,
  steps: unknown,
  values: readonly string[],
): Promise<Record<string, unknown>> {
  const names = values.map((_, at) => `v${at}`);
  const params = Object.fromEntries(names.map((name) => [name, { type: "string" }]));
  const given = names.flatMap((name, at) => ["-p", `${name}=${values[at]}`]);
  const file = await place.write("flow.json", JSON.stringify({ name: "flow", params, steps }));
  await place.ok(["run", file, "--quiet", "--fresh", ...given]);
  const jobs = await place.json(["list", "--workflow", String(number)]);
  return Object.fromEntries(jobs.map(({ step, result }) => [step, result]));
}

hostileTest(
  "arguments, a script's variables, and a module get parameters as they are",
  100,
  async (place, all) => {
    for (const [at, values] of chunked(all, A_RUN).entries()) {
      const argv = values.flatMap((_, at) => [`\${{ params.v${at} }}`, `<\${{ params.v${at} }}>`]);
      const env = Object.fromEntries(values.map((_, at) => [`V${at}`, `\${{ params.v${at} }}`]));
      const fields = Object.fromEntries(values.map((_, at) => [`f${at}`, `\${{ params.v${at} }}`]));
      const script = `printf '%s\\0' ${values.map((_, at) => `"$V${at}"`).join(" ")}`;
      const results = await run(place, at + 1, {
        run: { run: ["printf", "%s\\0", ...argv] },
        shell: { shell: script, env },
        module: { module: `${MODULE}#echo`, with: { fields, in: `<\${{ params.v0 }}>` } },
        again: {
          run: ["printf", "%s\\0", ...values.map((_, at) => `\${{ steps.module.result.fields.f${at} }}`)],
          after: ["module"],
        },
        both: {
          run: ["printf", "%s\\0", `\${{ params.v0 }}|\${{ steps.module.result.in }}`],
          after: ["module"],
        },
      }, values);
      assertSame(parts(results.run), values.flatMap((value) => [value, `<${value}>`]));
      assertSame(parts(results.shell), values);
      const named = Object.fromEntries(values.map((value, at) => [`f${at}`, value]));
      assertEquals(results.module, { fields: named, in: `<${values[0]}>` });
      assertSame(parts(results.again), values);
      assertEquals(parts(results.both), [`${values[0]}|<${values[0]}>`]);
    }
  },
);

hostileTest("a request's body gets parameters as they are", 100, async (place, all) => {
  const bodies: { readonly list?: string[]; readonly inside?: string[] }[] = [];
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, async (request) => {
    bodies.push(await request.json());
    return new Response("ok");
  });
  try {
    for (const [at, values] of chunked(all, A_RUN).entries()) {
      const list = values.map((_, at) => `\${{ params.v${at} }}`);
      const inside = values.map((_, at) => `<\${{ params.v${at} }}>`);
      const url = `http://127.0.0.1:${server.addr.port}/`;
      await run(place, at + 1, { send: { http: { url, body: { list, inside } } } }, values);
      const { list: sent = [], inside: embedded = [] } = bodies.pop() ?? {};
      assertSame([...sent, ...embedded], [...values, ...values.map((value) => `<${value}>`)]);
    }
  } finally {
    await server.shutdown();
  }
});
