import { assert, assertEquals } from "@std/assert";
import { Ajv } from "ajv";
import { parse } from "yaml";
import { DataError } from "../../../mod.ts";
import { readSchedulesText } from "../../../load.ts";
import { CATCH_UPS, OVERLAPS } from "../../../src/core/schedule.ts";
import {
  INLINE_CALENDAR_KEYS,
  SCHEDULE_KEYS,
  SCHEDULES_FILE_KEYS,
  TARGET_KEYS,
} from "../../../src/library/schedules/file_keys.ts";

async function schemaOf(name: string): Promise<Record<string, unknown>> {
  return JSON.parse(await Deno.readTextFile(new URL(`../../../schema/${name}`, import.meta.url)));
}

const schema = await schemaOf("schedules.schema.json");
const validate = new Ajv({ allErrors: true, allowUnionTypes: true })
  .addSchema(await schemaOf("workflow.schema.json"), "workflow.schema.json")
  .compile({ ...schema, $id: "schedules.schema.json" });

async function loads(text: string): Promise<boolean> {
  try {
    await readSchedulesText(text, "s.yaml", "/x/s.yaml");
    return true;
  } catch (error) {
    if (!(error instanceof DataError)) throw error;
    return false;
  }
}

const one = (text: string): string => `schedules: { s: ${text} }`;
const ICS =
  "'BEGIN:VCALENDAR\n\n BEGIN:VEVENT\n\n DTSTART;VALUE=DATE:20261225\n\n END:VEVENT\n\n END:VCALENDAR'";

const GOOD = [
  "schedules: {}",
  one("{ cron: 0 9 * * MON-FRI, run: [x, 1, true] }"),
  one("{ cron: [0 9 * * *, '@daily'], on: every weekday at 09:00, every: 90m, tz: Europe/Prague, run: [x] }"),
  one("{ every: 3600, between: 08:00-18:00, from: 2026-12-01, until: 2036-12-31 23:00, run: [x] }"),
  one("{ every: 1d, between: [08:00-12:00, 13:00-18:00], count: 3, jitter: 5m, shell: 'ls | wc' }"),
  one(
    "{ every: 1h, overlap: allow, catch-up: all, catch-up-window: 2d, pause-on-failure: 1, http: 'https://x/' }",
  ),
  one(
    "{ every: 1h, description: d, paused: true, module: 'https://x/m.ts#f', with: [1], permissions: { net: true } }",
  ),
  one(
    "{ every: 1h, run: [x], name: n, queue: q, priority: 1, tags: [a], retry: 2, backoff: 'exp:1s', retry-jitter: full }",
  ),
  one(
    "{ every: 1h, run: [x], max-attempts: 2, retry-on: timeout, no-retry-on: 'exit:2', on-error: 'lost -> fail' }",
  ),
  one(
    "{ every: 1h, run: [x], budget: 1h, timeout: 5m, signal: USR1@60, grace: 1s, delay: 1m, expires: 1h, secrets: [A] }",
  ),
  one("{ every: 1h, run: ['${{ schedule.date }}'], env: { A: 1 }, cwd: a, stdin: text }"),
  one(
    "{ every: 1h, workflow: { params: { a: }, steps: { b: { run: [x] } } }, params: { a: '${{ schedule.at }}' }, source: x }",
  ),
  one("{ every: 1h, kind: function, payload: { task: t } }"),
  one(`{ every: 1h, run: [x], except: { name: n, text: ${ICS} }, only: [{ name: n, text: ${ICS} }] }`),
  "{ $schema: x, schedules: { a-b.c: { every: 1h, run: [x] } } }",
];

const BAD = [
  "",
  "[]",
  "{}",
  "schedules:",
  "schedules: []",
  "{ schedules: {}, name: x }",
  one("5"),
  one("{ run: [x] }"),
  one("{ every: 1h }"),
  one("{ every: 1h, run: [x], shell: y }"),
  one("{ every: 1h, run: [x], workflow: y }"),
  one("{ every: 1h, run: [x], params: {} }"),
  one("{ every: 1h, run: [x], payload: {} }"),
  one("{ every: 1h, run: [x], source: y }"),
  one("{ every: 1h, http: 'https://x/', env: {} }"),
  one("{ every: 1h, kind: function, payload: 5 }"),
  one("{ every: 1h, kind: 5 }"),
  one("{ every: soon, run: [x] }"),
  one("{ cron: 5, run: [x] }"),
  one("{ cron: [], run: [x] }"),
  one("{ cron: '', run: [x] }"),
  one("{ on: [5], run: [x] }"),
  one("{ every: 1h, tz: 5, run: [x] }"),
  one("{ every: 1h, between: 5, run: [x] }"),
  one("{ every: 1h, from: 5, run: [x] }"),
  one("{ every: 1h, from: tomorrow, run: [x] }"),
  one("{ every: 1h, until: 22:00, run: [x] }"),
  one("{ every: 1h, count: 0, run: [x] }"),
  one("{ every: 1h, count: 1.5, run: [x] }"),
  one("{ every: 1h, jitter: full, run: [x] }"),
  one("{ every: 1h, overlap: queue, run: [x] }"),
  one("{ every: 1h, catch-up: some, run: [x] }"),
  one("{ every: 1h, catch-up-window: -1, run: [x] }"),
  one("{ every: 1h, pause-on-failure: 0, run: [x] }"),
  one("{ every: 1h, paused: 1, run: [x] }"),
  one("{ every: 1h, description: 5, run: [x] }"),
  one("{ every: 1h, retry-jitter: some, run: [x] }"),
  one("{ every: 1h, retry: 1, max-attempts: 2, run: [x] }"),
  one("{ every: 1h, unique: x, run: [x] }"),
  one("{ every: 1h, after: x, run: [x] }"),
  one("{ every: 1h, shell: 'echo ${{ schedule.date }}' }"),
  one("{ every: 1h, workflow: { steps: {} } }"),
  one("{ every: 1h, workflow: 5 }"),
  one("{ every: 1h, workflow: { steps: { a: { run: [x] } } }, timeout: 5m }"),
  one("{ every: 1h, workflow: { steps: { a: { run: [x] } } }, on-error: 'lost -> fail' }"),
  one("{ every: 1h, workflow: { steps: { a: { run: [x] } } }, params: [] }"),
  one("{ every: 1h, run: [x], except: 5 }"),
  one("{ every: 1h, run: [x], except: { name: n } }"),
  "schedules: { 'a b': { every: 1h, run: [x] } }",
  "schedules: { '@a': { every: 1h, run: [x] } }",
  "schedules: { 'a,b': { every: 1h, run: [x] } }",
];

for (const text of GOOD) {
  Deno.test(`schedules: schema and loader accept ${text}`, async () => {
    assert(validate(parse(text)), JSON.stringify(validate.errors));
    await readSchedulesText(text, "s.yaml", "/x/s.yaml");
  });
}

for (const text of BAD) {
  Deno.test(`schedules: schema and loader refuse ${text || "an empty file"}`, async () => {
    assertEquals([validate(parse(text)), await loads(text)], [false, false]);
  });
}

Deno.test("schedules: schema and loader know the same keys", () => {
  const { schedule, calendar } = schema.$defs as Record<string, {
    properties: Record<string, { enum?: readonly string[] }>;
    oneOf: { required: string[]; properties: Record<string, unknown> }[];
  }>;
  const keys = (table: object): string[] => Object.keys(table).sort();
  assertEquals(keys(schema.properties as object), SCHEDULES_FILE_KEYS.toSorted());
  assertEquals(keys(schedule!.properties), SCHEDULE_KEYS.toSorted());
  assertEquals(keys(calendar!.oneOf[1]!.properties), INLINE_CALENDAR_KEYS.toSorted());
  assertEquals(schedule!.oneOf.map(({ required }) => required[0]), Object.keys(TARGET_KEYS));
  assertEquals(schedule!.properties.overlap!.enum, OVERLAPS);
  assertEquals(schedule!.properties["catch-up"]!.enum, CATCH_UPS);
});

Deno.test("schedules: everything in the schema is described, so that editors can tell", () => {
  const silent: string[] = [];
  const visit = (value: unknown, path: string): void => {
    if (value === null || typeof value !== "object") return;
    const { properties } = value as { properties?: Record<string, { description?: string }> };
    for (const [key, member] of Object.entries(properties ?? {})) {
      if (member.description === undefined) silent.push(`${path}/${key}`);
    }
    for (const [key, member] of Object.entries(value)) visit(member, `${path}/${key}`);
  };
  visit(schema, "");
  assertEquals(silent, []);
});
