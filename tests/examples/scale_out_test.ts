import { assertEquals, assertMatch } from "@std/assert";
import { parse } from "yaml";
import { BACKENDS, SQLITE } from "../crash/backends.ts";
import { NO_SHELL, Workshop } from "./workshop.ts";

const FOLDER = new URL("../../examples/scale_out/", import.meta.url);

for (const backend of BACKENDS.filter((backend) => backend !== SQLITE)) {
  Deno.test({
    name: `example scale_out: two workers share the jobs on ${backend.name}`,
    ignore: NO_SHELL || !backend.available,
    fn: async () => {
      await using shop = await Workshop.open();
      const db = backend.locate(shop.folder);
      try {
        const ran = await shop.shell('"$examples/scale_out/two_workers.sh" 4', { GIGQ_DB: db });
        assertEquals(ran.code, 0, ran.err);
        assertMatch(ran.out, /^( *\d+ (east|west)\n)+$/);
        const counts = ran.out.trim().split("\n").map((line) => Number(line.trim().split(" ")[0]));
        assertEquals(counts.reduce((sum, count) => sum + count), 4);
      } finally {
        await backend.clean(db);
      }
    },
  });
}

Deno.test("example scale_out: each machine of the compose file has a name and shares one queue", async () => {
  const { services, configs } = parse(await Deno.readTextFile(new URL("compose.yaml", FOLDER)), {
    merge: true,
  });
  const machines = ["east", "west", "submitter"].map((name) => services[name]);
  assertEquals(machines.map(({ hostname }) => hostname), ["east", "west", "submitter"]);
  assertEquals(new Set(machines.map(({ environment }) => environment.GIGQ_DB)).size, 1);
  for (const { configs: [{ source }], volumes } of machines) {
    assertMatch(configs[source].content, /\/gigq\/npm\/import_map\.json \/gigq\/main\.ts "\$\$@"\n$/);
    assertEquals(volumes[0], "../..:/gigq:ro");
  }
  const script = services.submitter.entrypoint[0].replace("/gigq/examples/scale_out/", "");
  assertEquals((await Deno.stat(new URL(script, FOLDER))).isFile, true);
});
