/** Policies and their reasons on a terminal. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import { command } from "../../src/library/jobs.ts";
import { NOW, QueueFixture } from "./fixture.ts";

Deno.test("explain and preview fit a terminal of 80 columns, and leave nothing out of the reasons", async () => {
  await using fixture = await QueueFixture.open();
  const id = await fixture.queue.submit(command(["./a  b", "x".repeat(90)]), {
    retries: 1,
    retryOn: "exit:75",
  });
  const decision = {
    by: "retry-on",
    rule: "exit:75",
    number: null,
    delayBy: "backoff",
    delayMs: 500,
  } as const;
  const error = { class: "CommandFailed", message: "busy", fingerprint: "b" };
  await fixture.finish({
    type: "failed",
    reason: "error",
    error,
    retryAt: NOW,
    decision: { ...decision, action: "retry" },
  });
  const options = { columns: 80, env: { NO_COLOR: "1" } };
  const { out } = await fixture.gigq(["policy", "explain", String(id)], options);
  assertStringIncludes(
    out.replaceAll("\n  ", " "),
    "tried again after 500ms (its backoff): exit:75 is retried\n",
  );
  assertStringIncludes(out, "…: ready\n");
  const chance = ["--retry", "5", "--backoff", "exp:1h..7d", "--jitter", "decorrelated"];
  const preview = (await fixture.gigq(["policy", "preview", ...chance], options)).out;
  assertStringIncludes(preview, "LATEST");
  assertEquals([...out.split("\n"), ...preview.split("\n")].filter((line) => line.length > 80), []);
});
