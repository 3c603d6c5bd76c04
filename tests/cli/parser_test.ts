/** Whichever parser library the import map names: the same command lines give the same values and messages. */

import { assertEquals, assertRejects } from "@std/assert";
import type { CommandSpec, Input, OptionSpec } from "../../src/cli/command.ts";
import { GLOBAL_OPTIONS } from "../../src/cli/globals.ts";
import { toPlain } from "../../src/cli/parser/argv.ts";
import { tokenize } from "../../src/cli/parser/cliffy.ts";
import { toInput } from "../../src/cli/parser/input.ts";
import { errorLine } from "../../src/cli/report.ts";
import { UsageError } from "../../src/core/errors.ts";

const OPTIONS: readonly OptionSpec[] = [
  { name: "priority", short: "p", type: "integer", value: "N", min: -10, max: 10, help: "" },
  { name: "ratio", type: "number", value: "X", min: 0, help: "" },
  { name: "max-time", short: "t", type: "duration", value: "DURATION", help: "" },
  { name: "queue", short: "q", type: "string", value: "NAME", help: "" },
  { name: "tag", type: "string", multiple: true, help: "" },
  { name: "no-tag", type: "string", multiple: true, help: "" },
  { name: "mode", type: "string", choices: ["fast", "safe", "dry"], help: "" },
  { name: "all", short: "a", type: "flag", help: "" },
  { name: "follow-up", short: "f", type: "flag", help: "" },
];

function spec(extra: Partial<CommandSpec>): CommandSpec {
  return { name: "do", summary: "", options: OPTIONS, run: () => Promise.resolve(0), ...extra };
}

const ANY = spec({ arguments: [{ name: "ID", help: "", optional: true, variadic: true }] });
const ONE = spec({ arguments: [{ name: "ID", help: "" }] });
const LITERAL = spec({ literal: { name: "COMMAND", help: "" } });
const OPEN = spec({ literal: { name: "COMMAND", help: "", optional: true } });

async function read(command: CommandSpec, argv: readonly string[]): Promise<Input> {
  const options = [...command.options ?? [], ...GLOBAL_OPTIONS];
  const plain = toPlain(command, options, argv, "gigq do");
  return toInput(command, options, await tokenize(options, plain.argv), plain.literal, "gigq do");
}

/** All that was given, by name; absent options and empty lists are left out. */
function given(input: Input): Record<string, unknown> {
  const all: [string, unknown][] = [
    ["args", input.args],
    ["literal", input.literal],
    ["priority", input.number("priority")],
    ["ratio", input.number("ratio")],
    ["max-time", input.duration("max-time")],
    ["queue", input.string("queue")],
    ["tag", input.strings("tag")],
    ["no-tag", input.strings("no-tag")],
    ["mode", input.string("mode")],
    ["all", input.flag("all") || undefined],
    ["follow-up", input.flag("follow-up") || undefined],
    ["json", input.flag("json") || undefined],
    ["db", input.string("db")],
  ];
  return Object.fromEntries(
    all.filter(([, value]) => value !== undefined && !(Array.isArray(value) && value.length === 0)),
  );
}

const READ: readonly (readonly [CommandSpec, readonly string[], Record<string, unknown>])[] = [
  [ANY, [], {}],
  [ANY, ["--no-tag", "a", "--no-tag=", "--tag=b"], { "no-tag": ["a", ""], tag: ["b"] }],
  [ANY, ["1", "2"], { args: ["1", "2"] }],
  [ANY, ["-"], { args: ["-"] }],
  [ANY, [""], { args: [""] }],
  [ANY, ["a", "", "b"], { args: ["a", "", "b"] }],
  [ANY, ["a b", "ä=1", "日本"], { args: ["a b", "ä=1", "日本"] }],
  [ANY, ["--priority", "3"], { priority: 3 }],
  [ANY, ["--priority=3"], { priority: 3 }],
  [ANY, ["-p3"], { priority: 3 }],
  [ANY, ["-p=3"], { priority: 3 }],
  [ANY, ["-p", "3"], { priority: 3 }],
  [ANY, ["--priority", "-5"], { priority: -5 }],
  [ANY, ["--priority=-5"], { priority: -5 }],
  [ANY, ["-p-5"], { priority: -5 }],
  [ANY, ["-p", "+5"], { priority: 5 }],
  [ANY, ["--ratio", ".5"], { ratio: 0.5 }],
  [ANY, ["--ratio=2.25"], { ratio: 2.25 }],
  [ANY, ["--max-time", "1m30s"], { "max-time": 90_000 }],
  [ANY, ["-t", "5"], { "max-time": 5_000 }],
  [ANY, ["-qfast"], { queue: "fast" }],
  [ANY, ["-q", "fast"], { queue: "fast" }],
  [ANY, ["--queue="], { queue: "" }],
  [ANY, ["--queue", ""], { queue: "" }],
  [ANY, ["--queue=a=b"], { queue: "a=b" }],
  [ANY, ["--queue==x"], { queue: "=x" }],
  [ANY, ["--queue=--all"], { queue: "--all" }],
  [ANY, ["--queue", "-x"], { queue: "-x" }],
  [ANY, ["--queue", "a", "--queue", "b"], { queue: "b" }],
  [ANY, ["--queue", "a\nb"], { queue: "a\nb" }],
  [ANY, ["--tag", "a", "--tag=b", "--tag", ""], { tag: ["a", "b", ""] }],
  [ANY, ["--tag", "5"], { tag: ["5"] }],
  [ANY, ["--tag=true"], { tag: ["true"] }],
  [ANY, ["--mode", "safe"], { mode: "safe" }],
  [ANY, ["--all", "--all"], { all: true }],
  [ANY, ["-af"], { all: true, "follow-up": true }],
  [ANY, ["-afp3"], { all: true, "follow-up": true, priority: 3 }],
  [ANY, ["-afp", "3"], { all: true, "follow-up": true, priority: 3 }],
  [ANY, ["-aq", "-", "7"], { all: true, queue: "-", args: ["7"] }],
  [ANY, ["7", "--all", "8"], { all: true, args: ["7", "8"] }],
  [ANY, ["--all", "7"], { all: true, args: ["7"] }],
  [ANY, ["--json", "7", "--db", "x.db"], { json: true, db: "x.db", args: ["7"] }],
  [ANY, ["--", "-7", "--all"], { args: ["-7", "--all"] }],
  [ANY, ["1", "--", "--", "2"], { args: ["1", "--", "2"] }],
  [ONE, ["7"], { args: ["7"] }],
  [OPEN, [], {}],
  [LITERAL, ["--", "ls"], { literal: ["ls"] }],
  [LITERAL, ["-p3", "--", "ls", "-l", "--", "--priority", "", "-"], {
    priority: 3,
    literal: ["ls", "-l", "--", "--priority", "", "-"],
  }],
  [LITERAL, ["--json", "--", "--json", "$HOME", "a b"], { json: true, literal: ["--json", "$HOME", "a b"] }],
];

const REFUSED: readonly (readonly [CommandSpec, readonly string[], string])[] = [
  [ANY, ["--prioirty", "3"], 'Unknown option "--prioirty"; did you mean "--priority"?'],
  [ANY, ["--maxtime=3"], 'Unknown option "--maxtime"; did you mean "--max-time"?'],
  [ANY, ["--zzz"], 'Unknown option "--zzz"; see gigq do --help'],
  [ANY, ["-z"], 'Unknown option "-z"; see gigq do --help'],
  [ANY, ["-az"], 'Unknown option "-z"; see gigq do --help'],
  [ANY, ["-5"], 'Unknown option "-5"; see gigq do --help'],
  [ANY, ["--no-all"], 'Unknown option "--no-all"; see gigq do --help'],
  [ANY, ["--constructor"], 'Unknown option "--constructor"; see gigq do --help'],
  [ANY, ["--priority"], "Option --priority needs a value; write --priority N"],
  [ANY, ["-p"], "Option --priority needs a value; write --priority N"],
  [ANY, ["--tag", "--all"], "Option --tag needs a value; write --tag VALUE"],
  [ANY, ["--queue", "-a"], "Option --queue needs a value; write --queue NAME"],
  [LITERAL, ["--queue", "--", "ls"], "Option --queue needs a value; write --queue NAME"],
  [ANY, ["--all=yes"], "Option --all takes no value"],
  [ANY, ["-a=yes"], "Option --all takes no value"],
  [ANY, ["--priority", "high"], '--priority must be a whole number, not "high"'],
  [ANY, ["--priority", ""], '--priority must be a whole number, not ""'],
  [ANY, ["--priority", "3.5"], '--priority must be a whole number, not "3.5"'],
  [ANY, ["--priority", "0x10"], '--priority must be a whole number, not "0x10"'],
  [ANY, ["--priority=99999999999999999999"], '--priority must be a whole number, not "99999999999999999999"'],
  [ANY, ["-p-11"], "--priority must be at least -10, not -11"],
  [ANY, ["-p11"], "--priority must be at most 10, not 11"],
  [ANY, ["--ratio", "1e3"], '--ratio must be a number, not "1e3"'],
  [ANY, ["--ratio=-0.1"], "--ratio must be at least 0, not -0.1"],
  [
    ANY,
    ["--max-time", "soon"],
    '--max-time: Duration "soon" is not understood; write it like 500ms, 10s, 5m, 2h30m or 1d',
  ],
  [
    ANY,
    ["--max-time=-5s"],
    '--max-time: Duration "-5s" is not understood; write it like 500ms, 10s, 5m, 2h30m or 1d',
  ],
  [ANY, ["--mode", "quick"], '--mode must be fast, safe or dry, not "quick"'],
  [ANY, ["--color=red"], '--color must be auto, always or never, not "red"'],
  [ONE, [], "Argument ID is missing; see gigq do --help"],
  [ONE, ["1", "2"], 'Unexpected argument "2"; see gigq do --help'],
  [ONE, ["1", "--", "2"], 'Unexpected argument "2"; see gigq do --help'],
  [LITERAL, [], 'There is no COMMAND after "--"; write gigq do -- COMMAND'],
  [LITERAL, ["--"], 'There is no COMMAND after "--"; write gigq do -- COMMAND'],
  [
    LITERAL,
    ["echo", "-n", "hi"],
    'Unexpected argument "echo": the command to run follows "--"; write gigq do -- echo -n hi',
  ],
  [
    OPEN,
    ["-p3", "echo", "--", "hi"],
    'Unexpected argument "echo": the command to run follows "--"; write gigq do -- echo hi',
  ],
];

for (const [command, argv, expected] of READ) {
  Deno.test(`parser: reads ${JSON.stringify(argv)}${command === ANY ? "" : ` of ${command.literal?.name ?? "ID"}`}`, async () => {
    assertEquals(given(await read(command, argv)), expected);
  });
}

for (const [command, argv, expected] of REFUSED) {
  Deno.test(`parser: refuses ${JSON.stringify(argv)}${command === ANY ? "" : " of another shape"}`, async () => {
    const error = await assertRejects(() => read(command, argv), UsageError);
    assertEquals(errorLine(error.message, error.hint), expected);
  });
}

Deno.test("parser: an undeclared option is a bug of the command, not of the user", async () => {
  const input = await read(ANY, []);
  await assertRejects(() => Promise.resolve().then(() => input.string("nothing")), Error, '"nothing"');
});
