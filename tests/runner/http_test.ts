import { assert, assertEquals, assertMatch } from "@std/assert";
import type { JsonObject } from "../../src/core/json.ts";
import type { RunResult } from "../../src/core/ports.ts";
import { HttpRunner } from "../../src/runner/http.ts";
import { runOne, TestContext } from "./context.ts";

const runner = new HttpRunner();

/** Serves one handler on a port of its own while the test runs. */
async function serving(handler: Deno.ServeHandler, test: (url: string) => Promise<void>): Promise<void> {
  const server = Deno.serve({ port: 0, hostname: "127.0.0.1", onListen: () => {} }, handler);
  try {
    await test(`http://127.0.0.1:${server.addr.port}/`);
  } finally {
    await server.shutdown();
  }
}

function errorOf(ended: RunResult): string {
  return ended.type === "failed" ? `${ended.error?.class}: ${ended.error?.message}` : "no error";
}

Deno.test("the result is status, headers and the parsed body", async () => {
  await serving(() => Response.json({ ok: true }, { headers: { "x-own": "1" } }), async (url) => {
    const ended = await runOne(runner, { url });
    assert(ended.type === "completed");
    const { status, headers, body } = ended.result as JsonObject;
    assertEquals([status, (headers as JsonObject)["x-own"], body], [200, "1", { ok: true }]);
  });
});

Deno.test("method, headers and body are sent; values go as JSON, text as it is", async () => {
  const echo: Deno.ServeHandler = async (request) => {
    const type = request.headers.get("content-type");
    const own = request.headers.get("x-own");
    return Response.json({ method: request.method, type, own, text: await request.text() });
  };
  await serving(echo, async (url) => {
    const sent = async (payload: JsonObject): Promise<unknown> => {
      const ended = await runOne(runner, { url, ...payload });
      return ended.type === "completed" && (ended.result as JsonObject).body;
    };
    assertEquals(await sent({ body: { a: 1 }, headers: { "x-own": "2" } }), {
      method: "POST",
      type: "application/json",
      own: "2",
      text: '{"a":1}',
    });
    const $scheduled = { schedule: "nightly", at: 1_000 };
    assertEquals(await sent({ body: { a: 1 }, $scheduled }), {
      method: "POST",
      type: "application/json",
      own: null,
      text: '{"a":1}',
    });
    assertEquals(await sent({ method: "PUT", body: "plain" }), {
      method: "PUT",
      type: "text/plain;charset=UTF-8",
      own: null,
      text: "plain",
    });
  });
});

Deno.test("a status that is not accepted fails with a piece of the body; others can be accepted", async () => {
  await serving(() => new Response("no such thing", { status: 404 }), async (url) => {
    const refused = await runOne(runner, { url });
    assertEquals(errorOf(refused), "HttpStatus: HTTP 404 Not Found: no such thing");
    for (const accept of [[404], ["4xx"], [200, "404"]]) {
      assertEquals((await runOne(runner, { url, accept })).type, "completed");
    }
    assertEquals((await runOne(runner, { url, accept: ["5xx", "40"] })).type, "failed");
  });
});

Deno.test("a body larger than the bound is not read to its end", async () => {
  let stopped = false;
  const endless = (): Response =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array(65_536)),
        cancel: () => {
          stopped = true;
        },
      }),
    );
  await serving(endless, async (url) => {
    assertMatch(errorOf(await runOne(runner, { url })), /^ResponseTooLarge: .* 1000000 bytes allowed$/);
  });
  assert(stopped);
});

Deno.test("a small body that unpacks to a large one is refused", async () => {
  const zeros = new Blob([new Uint8Array(900_000)]).stream().pipeThrough(new CompressionStream("gzip"));
  const packed = new Uint8Array(await new Response(zeros).arrayBuffer());
  const bomb = (): Response => new Response(packed, { headers: { "content-encoding": "gzip" } });
  await serving(bomb, async (url) => {
    assertMatch(errorOf(await runOne(runner, { url })), /unpacks to more than 100 times/);
  });
});

Deno.test("a server that is not there is a failure that may be retried", async () => {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr;
  listener.close();
  const ended = await runOne(runner, { url: `http://127.0.0.1:${port}/` });
  assertMatch(errorOf(ended), /^NetworkError: GET http:/);
  assertEquals(ended.type === "failed" && ended.permanent, false);
});

Deno.test("an address that is none is a permanent failure", async () => {
  for (const url of ["not a url", "ftp://example.org/"]) {
    const ended = await runOne(runner, { url });
    assertMatch(errorOf(ended), /^BadRequest: /);
    assertEquals(ended.type === "failed" && ended.permanent, true);
  }
});

Deno.test("a request that is told to stop ends", async () => {
  const arrived = Promise.withResolvers<void>();
  const release = Promise.withResolvers<Response>();
  await serving(() => {
    arrived.resolve();
    return release.promise;
  }, async (url) => {
    const context = new TestContext();
    const running = runOne(runner, { url }, context);
    await arrived.promise;
    context.stop("timeout");
    assertEquals((await running).type, "failed");
    release.resolve(new Response());
  });
});
