import { assert, assertEquals } from "@std/assert";
import { brokenScheme, passwordsOf, schemeOf, serverOf, shownLocation } from "../../src/core/location.ts";

Deno.test("a location is a path, or a URL of a server that is known or not", () => {
  const found = [
    "gigq.db",
    "C:\\jobs\\gigq.db",
    "file:///srv/q.db",
    "postgresql://h/d",
    "REDISS://h",
    "mysql://h/d",
  ]
    .map((location) => [schemeOf(location), serverOf(location)]);
  assertEquals(found, [
    [null, null],
    [null, null],
    ["file", null],
    ["postgresql", "postgres"],
    ["rediss", "redis"],
    ["mysql", null],
  ]);
});

Deno.test("an address of a server without its two slashes is known as such", () => {
  const found = ["redis:h", "postgres:/h/d", "redis://h", "./redis:h", "C:\\redis:h", "redis", "mysql:h"]
    .map(brokenScheme);
  assertEquals(found, ["redis", "postgres", null, null, null, null, null]);
});

Deno.test("a location is shown without users, passwords and settings", () => {
  for (
    const [location, shown] of [
      [
        "postgres://ann:secret@db.example:5433/jobs?schema=x&sslmode=require",
        "postgres://db.example:5433/jobs?schema=x",
      ],
      ["redis://:secret@cache/2?prefix=a&timeout=1s", "redis://cache/2?prefix=a"],
      ["postgres://db/jobs?password=secret", "postgres://db/jobs"],
      ["/srv/a?b@c.db", "/srv/a?b@c.db"],
    ] as const
  ) assertEquals(shownLocation(location), shown);
});

Deno.test("no part of a password is shown, even of one that is not written as it must be", () => {
  for (const password of ["se/cret", "se?cret", "se#cret", "se@cret", "se:cret", "s?e/c@ret", "s@se?cret"]) {
    const shown = shownLocation(`postgres://ann:${password}@db/jobs`);
    assert(!shown.includes("se") && !shown.includes("ret") && !shown.includes("ann"), shown);
  }
});

Deno.test("the passwords of a location are found, as they stand there and as they are meant", () => {
  for (
    const [location, passwords] of [
      ["postgres://ann:hunter2@db/jobs", ["hunter2"]],
      ["redis://:p%40ss%2Fword@cache", ["p%40ss%2Fword", "p@ss/word"]],
      ["postgres://ann@db/jobs?password=in%20query", ["in query"]],
      ["postgres://ann:one@db/jobs?listen=postgres%3A%2F%2Fann%3Atwo%40direct%2Fjobs", ["one", "two"]],
      ["postgres://ann:100%@db/jobs", ["100%"]],
      ["postgres://ann@db:5432/jobs", []],
      ["redis://cache:6379/0", []],
      ["/srv/a:b@c.db", []],
    ] as const
  ) assertEquals(passwordsOf(location), passwords);
});
