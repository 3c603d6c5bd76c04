import { assertEquals, assertThrows } from "@std/assert";
import { UsageError } from "../../src/core/errors.ts";
import { placeOf, shown } from "../../src/store/postgres/place.ts";
import { Statements } from "../../src/store/postgres/statements.ts";
import { parseUrl } from "../../src/store/postgres/url.ts";

Deno.test("postgres url: what is ours is taken out, the rest goes to the driver", () => {
  const location =
    "postgres://ann:s%40cret@db.example:5433/jobs?schema=Jobs%20of%20A&pool=9&prepare=false&timeout=2s&sslmode=require";
  const { url, ...settings } = parseUrl(location);
  assertEquals(settings, {
    schema: "Jobs of A",
    pool: 9,
    prepare: false,
    listenUrl: url,
    timeoutMs: 2_000,
  });
  assertEquals(
    url,
    "postgres://ann:s%40cret@db.example:5433/jobs?sslmode=require&uselibpqcompat=true&application_name=gigq",
  );
  const place = placeOf(location, parseUrl(location));
  assertEquals(shown(place), "db.example:5433/jobs, schema Jobs of A");
  assertEquals([place.user, place.location], ["ann", "postgres://db.example:5433/jobs?schema=Jobs%20of%20A"]);
});

Deno.test("postgres url: where to listen is here, elsewhere or nowhere", () => {
  assertEquals(parseUrl("postgres://h/d?listen=false").listenUrl, null);
  assertEquals(
    parseUrl("postgres://h/d?listen=postgres%3A%2F%2Fdirect%2Fd").listenUrl,
    "postgres://direct/d",
  );
});

Deno.test("postgres url: the timeout of libpq counts where ours is not given", () => {
  assertEquals(parseUrl("postgresql://h/d?connect_timeout=3").timeoutMs, 3_000);
  assertEquals(parseUrl("postgresql://h/d?connect_timeout=3&timeout=500ms").timeoutMs, 500);
});

Deno.test("postgres url: a socket is a host", () => {
  const location = "postgres://ann@/jobs?host=/run/postgresql";
  const { server, database } = placeOf(location, parseUrl(location));
  assertEquals([server, database], ["/run/postgresql (port 5432)", "jobs"]);
});

const WRONG: readonly (readonly [string, string])[] = [
  ["shema=x", "shema"],
  ["schema=", "schema="],
  ["schema=pg_toast", "pg_toast"],
  ["schema=gigq.jobs", "gigq.jobs"],
  [`schema=${"x".repeat(64)}`, "xxx"],
  ["pool=0", "pool=0"],
  ["pool=many", "pool=many"],
  ["prepare=no", "prepare=no"],
  ["listen=db.example", "listen"],
  ["timeout=soon", "timeout=soon"],
  ["timeout=1ms", "timeout=1ms"],
  ["schema=%zz", "schema"],
  ["sslmode=required", "sslmode=required"],
  ["sslmode=verify-ca", "sslmode=verify-ca"],
];

for (const [query, named] of WRONG) {
  Deno.test(`postgres url: ${query} is refused by name`, () => {
    const error = assertThrows(() => parseUrl(`postgres://ann:secret@h/d?${query}`), UsageError);
    assertEquals(error.message.includes(named), true, error.message);
    assertEquals(`${error.message}${error.hint}`.includes("secret"), false);
  });
}

Deno.test("postgres url: one that is no URL is not repeated, since it may hold a password", () => {
  for (
    const password of ["sec ret", "12?sec/ret", "p@x?secret", "12?secret=x", "12?secret=%zz", "12?x=secret"]
  ) {
    const error = assertThrows(() => parseUrl(`postgres://ann:${password}@h:port/d`), UsageError);
    assertEquals(/sec|ret@/.test(`${error.message}${error.hint}`), false, error.message);
  }
});

Deno.test("postgres url: the schema's name is put into statements as it is, whatever it holds", () => {
  const statements = new Statements('we"ird', false);
  assertEquals(
    statements.place("SELECT nextval('gigq.job_id') FROM gigq.jobs, other_gigq.x"),
    `SELECT nextval('"we""ird".job_id') FROM "we""ird".jobs, other_gigq.x`,
  );
});
