import { assertEquals, assertStringIncludes } from "@std/assert";
import { ClosedPipe } from "../../src/cli/terminal.ts";
import { finish, Gate, Listener, Place } from "./harness.ts";

const SHELL = ["sh", "-c"];

Deno.test("output comes in the order of the input, whichever item ends first", async () => {
  await using place = await Place.make();
  // Item 1 waits until item 3 has run.
  const script = `if [ "$1" = 1 ]; then until [ -e ${place.path("three")} ]; do :; done; fi
    [ "$1" != 3 ] || touch ${place.path("three")}
    echo "out $1"`;
  const { code, out } = await place.gigq(["map", "-j", "2", "--", ...SHELL, script, "x", "{}"], {
    stdin: "1\n2\n3\n4\n",
  });
  assertEquals([code, out], [0, "out 1\nout 2\nout 3\nout 4\n"]);
});

Deno.test("unordered, output comes as items end", async () => {
  await using place = await Place.make();
  const script = `if [ "$1" = 1 ]; then until [ -e ${place.path("three")} ]; do :; done; fi
    [ "$1" != 3 ] || touch ${place.path("three")}
    echo "$1"`;
  const { out } = await place.gigq(["map", "-u", "-j", "2", "--", ...SHELL, script, "x"], {
    stdin: "1\n2\n3\n",
  });
  const order = out.trim().split("\n");
  assertEquals(order.indexOf("2") < order.indexOf("1"), true);
  assertEquals(order.toSorted(), ["1", "2", "3"]);
});

Deno.test("a second run prints what is stored and runs only what failed", async () => {
  await using place = await Place.make();
  const script = `echo "$1" >> ${place.path("ledger")}; echo "got $1"; [ "$1" != b ] || [ -e ${
    place.path("ok")
  } ]`;
  const argv = ["map", "--", ...SHELL, script, "x", "{}"];
  const first = await place.gigq(argv, { stdin: "a\nb\nc\n" });
  assertEquals([first.code, first.out], [1, "got a\ngot b\ngot c\n"]);
  assertStringIncludes(first.err, "item 2 (b) failed with exit code 1");

  await place.write("ok", "");
  const second = await place.gigq(argv, { stdin: "a\nb\nc\nd\n" });
  assertEquals([second.code, second.out], [0, "got a\ngot b\ngot c\ngot d\n"]);
  assertEquals((await place.lines("ledger")).toSorted(), ["a", "b", "b", "c", "d"]);

  await place.ok([...argv.slice(0, 1), "--fresh", ...argv.slice(1)], { stdin: "a\n" });
  assertEquals((await place.lines("ledger")).filter((line) => line === "a").length, 2);
});

Deno.test("another policy applies to what runs again", async () => {
  await using place = await Place.make();
  // Fails at its first and second start.
  const script = `echo x >> ${place.path("starts")}; [ $(wc -l < ${place.path("starts")}) -ge 3 ]`;
  const tail = ["--", ...SHELL, script, "x"];
  assertEquals((await place.gigq(["map", ...tail], { stdin: "a\n" })).code, 1);
  const again = await place.gigq(["map", "--retry", "1", "--backoff", "fixed:1ms", ...tail], {
    stdin: "a\n",
  });
  assertEquals(again.code, 0);
  assertEquals((await place.lines("starts")).length, 3);
});

Deno.test("equal lines run once each", async () => {
  await using place = await Place.make();
  const script = `echo "$1" >> ${place.path("ledger")}; echo "$1"`;
  const argv = ["map", "--", ...SHELL, script, "x"];
  const { out } = await place.gigq(argv, { stdin: "a\na\nb\na\n" });
  await place.ok(argv, { stdin: "a\na\nb\na\n" });
  assertEquals([out, (await place.lines("ledger")).length], ["a\na\nb\na\n", 4]);
});

Deno.test("hostile names reach the command as they are", async () => {
  await using place = await Place.make();
  const names = [
    "two  words",
    "new\nline",
    "$(touch hacked)",
    "`touch hacked`",
    "-rf",
    "it's",
    'say "hi"',
    "*",
    "; ls",
    "${{ x }}",
  ];
  const { code, out } = await place.gigq(["map", "-0", "--", "printf", "%s\\0", "[{}]"], {
    stdin: names.join("\0"),
  });
  assertEquals(code, 0);
  assertEquals(out.split("\0").slice(0, -1), names.map((name) => `[${name}]`));
});

Deno.test("an item is an argument of a shell script, never a part of it", async () => {
  await using place = await Place.make();
  const { out } = await place.gigq(["map", "--shell", 'printf "%s|" "$1"'], { stdin: "$(id)\n'; id '\n" });
  assertEquals(out, "$(id)|'; id '|");
  const refused = await place.gigq(["map", "--shell", "echo {}"], { stdin: "x\n" });
  assertEquals(refused.code, 2);
  assertStringIncludes(refused.err, 'write "$1"');
});

Deno.test("binary output passes byte for byte, stderr goes to stderr", async () => {
  await using place = await Place.make();
  const bytes = new Uint8Array(256).map((_, index) => index);
  await Deno.writeFile(place.path("blob"), bytes);
  const script = `cat ${place.path("blob")}; echo "note $1" >&2`;
  const { io, err } = await place.gigq(["map", "--", ...SHELL, script, "x"], { stdin: "1\n2\n" });
  assertEquals(io.outBytes, new Uint8Array([...bytes, ...bytes]));
  assertEquals(err, "note 1\nnote 2\n");
});

Deno.test("output to a terminal has no control characters, unless raw", async () => {
  await using place = await Place.make();
  const argv = ["--", "printf", "\\033[31mred\\n"];
  const shown = await place.gigq(["map", ...argv], { stdin: "1\n", outIsTerminal: true });
  assertEquals(shown.out, "\\e[31mred\n");
  const raw = await place.gigq(["map", "--raw", ...argv], { stdin: "1\n", outIsTerminal: true });
  assertEquals(raw.out, "\x1b[31mred\n");
});

Deno.test("the exit code counts failures, up to 101", async () => {
  await using place = await Place.make();
  const lines = (count: number): string => Array.from({ length: count }, (_, index) => `${index}\n`).join("");
  assertEquals((await place.gigq(["map", "--", "false"], { stdin: lines(5) })).code, 5);
  assertEquals((await place.gigq(["map", "--", "false"], { stdin: lines(102) })).code, 101);
  assertEquals((await place.gigq(["map", "--", "false"], { stdin: "" })).code, 0);
});

Deno.test("a closed pipe ends the map quietly and leaves nothing that runs behind one's back", async () => {
  await using place = await Place.make();
  let writes = 0;
  const lines = Array.from({ length: 50 }, (_, index) => `${index}\n`).join("");
  const { code, err } = await place.gigq(["map", "-j", "1", "--", "echo"], {
    stdin: lines,
    onOut: () => {
      if (++writes > 3) throw new ClosedPipe();
    },
  });
  assertEquals([code, err], [0, ""]);
  const [stats] = await place.json(["stats"]);
  assertEquals([stats.statuses.ready, stats.statuses.running], [0, 0]);
});

Deno.test("a bad line ends the input; what stands before it is done", async () => {
  await using place = await Place.make();
  const { code, out, err } = await place.gigq(["map", "--jsonl", "--", "echo", "{n}"], {
    stdin: ReadableStream.from(
      ['{"n":1}\n{"n":2}\n', "oops\n"].map((text) => new TextEncoder().encode(text)),
    ),
  });
  assertEquals([code, out], [65, "1\n2\n"]);
  assertStringIncludes(err, "Input line 3 is not JSON");
});

Deno.test("memory does not grow with the input: a window of items is read ahead", async () => {
  await using place = await Place.make();
  let pulled = 0;
  const stdin = new ReadableStream<Uint8Array>({
    pull(controller): void {
      pulled++;
      controller.enqueue(
        new TextEncoder().encode(Array.from({ length: 100 }, (_, i) => `${pulled}-${i}\n`).join("")),
      );
    },
  }, { highWaterMark: 0 });
  const { code } = await place.gigq(["map", "--", "echo"], {
    stdin,
    onOut: () => {
      throw new ClosedPipe();
    },
  });
  assertEquals(code, 0);
  assertEquals(pulled <= 15, true);
});

Deno.test({
  name: "killed in the middle and run again, only what is missing runs",
  ignore: Deno.build.os === "windows",
  fn: async () => {
    await using place = await Place.make();
    const gate = await Gate.make(place.path("gate"));
    // Item c blocks on the gate in the first run, and finds a plain file there in the second.
    const script = `echo "$1" >> ${place.path("ledger")}; [ "$1" != c ] || cat ${gate.path}; echo "done $1"`;
    const argv = ["map", "-j", "1", "--", ...SHELL, script, "x"];
    const child = place.spawn(argv);
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode("a\nb\nc\nd\n"));
    const waiting = await gate.reached(child);
    child.kill("SIGKILL");
    await child.status;
    await Promise.allSettled([child.stdout.cancel(), child.stderr.cancel(), writer.close()]);
    waiting.close();
    await gate.remove();

    const { code, out } = await finish(place.spawn(argv), "a\nb\nc\nd\n");
    assertEquals([code, out], [0, "done a\ndone b\ndone c\ndone d\n"]);
    assertEquals((await place.lines("ledger")).toSorted(), ["a", "b", "c", "c", "d"]);
  },
});

Deno.test("bad input is refused before anything is written", async () => {
  await using place = await Place.make();
  const refused = async (...argv: string[]): Promise<number> =>
    (await place.gigq(argv, { stdin: "x\n" })).code;
  assertEquals(await refused("map"), 2);
  assertEquals(await refused("map", "-j", "-1", "--", "echo"), 2);
  assertEquals(await refused("map", "-j", "0", "--", "echo"), 2);
  assertEquals(await refused("map", "--timeout", "soon", "--", "echo"), 2);
  assertEquals(await refused("map", "--retry", "1", "--max-attempts", "2", "--", "echo"), 2);
  assertEquals(await refused("map", "--csv", "--jsonl", "--", "echo"), 2);
  assertEquals(await refused("map", "--backoff", "often", "--", "echo"), 2);
  assertEquals([...Deno.readDirSync(place.dir)].length, 0);
});

Deno.test({
  name: "a map whose queue a rule pauses says so, and goes on when the queue is resumed",
  ignore: Deno.build.os === "windows",
  async fn(): Promise<void> {
    await using place = await Place.make();
    const child = place.spawn([
      "map",
      "--on-error",
      "exit -> pause-queue",
      "--",
      "sh",
      "-c",
      "test -e ok",
      "{}",
    ]);
    const writer = child.stdin.getWriter();
    await writer.write(new TextEncoder().encode("a\n"));
    await writer.close();
    const told = new Listener(child.stderr);
    await told.until(" goes on\n");
    const [, queue] =
      /^gigq: A rule paused queue (map:\w+); gigq queue resume \1 goes on$/m.exec(told.text) ?? [];
    await place.write("ok", "");
    await place.ok(["queue", "resume", queue!]);
    assertEquals([(await child.status).code, await told.end()], [0, told.text]);
    await child.stdout.cancel();
  },
});
