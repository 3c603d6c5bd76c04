import type { Registry } from "../../scripts/registry.ts";

/** Where the running tests take libraries from; `deno task test:jsr` says so. */
export function testRegistry(): Registry {
  return Deno.env.get("GIGQ_TEST_REGISTRY") === "jsr" ? "jsr" : "npm";
}
