/** What every check-up says of a queue that is moved. */

import { assertEquals, assertStringIncludes } from "@std/assert";
import type { StoreState, Verdict } from "../../src/core/ports.ts";
import { checkStore } from "../../src/store/check.ts";
import { openStore } from "../../src/store/open.ts";
import { ownName, postgresUrl, redisUrl } from "../servers.ts";
import { dropSchema, schemaUrl } from "./postgres_kit.ts";
import { deletePrefix, prefixUrl } from "./redis_kit.ts";

interface Place extends AsyncDisposable {
  readonly location: string;
}

const PLACES: readonly (readonly [string, boolean, () => Place])[] = [
  ["sqlite", true, inFolder],
  ["postgres", postgresUrl !== null, () => inSchema(ownName())],
  ["redis", redisUrl !== null, () => underPrefix(ownName())],
];

function inFolder(): Place {
  const folder = Deno.makeTempDirSync({ prefix: "gigq-doctor-" });
  return {
    location: `${folder}/jobs.db`,
    [Symbol.asyncDispose]: () => Deno.remove(folder, { recursive: true }),
  };
}

function inSchema(name: string): Place {
  return { location: schemaUrl(name), [Symbol.asyncDispose]: () => dropSchema(name) };
}

function underPrefix(name: string): Place {
  return { location: prefixUrl(name), [Symbol.asyncDispose]: () => deletePrefix(name) };
}

const STATES: readonly (readonly [StoreState, Verdict, string])[] = [
  [{ type: "sealed", to: "/srv/new.db" }, "warning", "is being moved to /srv/new.db"],
  [{ type: "receiving", from: "/srv/old.db", after: null }, "problem", "is being filled by a move"],
  [{ type: "moved", to: "/srv/new.db" }, "problem", "has moved to /srv/new.db"],
];

for (const [backend, available, make] of PLACES) {
  Deno.test({
    name: `doctor: a queue on ${backend} that is moved is told to be so`,
    ignore: !available,
    async fn(): Promise<void> {
      for (const [state, verdict, message] of STATES) {
        await using place = make();
        const { store } = await openStore(place.location, { driver: "builtin" });
        await store.transfer!.become({ type: "open" }, state);
        await store.close();
        const findings = await Array.fromAsync(checkStore(place.location, { now: Date.now() }));
        const found = findings.filter(({ message }) => /\bmove/.test(message));
        assertEquals(found.map((finding) => finding.verdict), [verdict], state.type);
        assertStringIncludes(found[0]!.message, message);
      }
    },
  });
}
