import { assertEquals, assertThrows } from "@std/assert";
import fc from "fast-check";
import { DataError } from "../../src/core/errors.ts";
import type { Item } from "../../src/cli/map/items.ts";
import { fill, fillArgv, hasPlaceholder } from "../../src/cli/map/placeholders.ts";

function itemOf(text: string, fields?: Record<string, string>): Item {
  return { text, number: 7, line: 9, value: text, ...fields === undefined ? {} : { fields } };
}

const item = itemOf("in/photo one.tar.gz");

Deno.test("every placeholder takes its part of the path", () => {
  assertEquals(fillArgv(["{}", "{.}", "{/}", "{//}", "{/.}", "{#}"], item), [
    "in/photo one.tar.gz",
    "in/photo one.tar",
    "photo one.tar.gz",
    "in",
    "photo one.tar",
    "7",
  ]);
});

Deno.test("a placeholder fills part of an item, several times", () => {
  assertEquals(fillArgv(["--out={//}/{#}-{/.}.webp"], item), ["--out=in/7-photo one.tar.webp"]);
});

Deno.test("without a placeholder the input becomes the last item", () => {
  assertEquals(fillArgv(["gzip", "-k"], item), ["gzip", "-k", "in/photo one.tar.gz"]);
});

Deno.test("braces that are no placeholder belong to the command", () => {
  assertEquals(fillArgv(["awk", "{print $1}", "{}"], item), ["awk", "{print $1}", "in/photo one.tar.gz"]);
  assertEquals(fillArgv(["echo", "{name}"], item), ["echo", "{name}", "in/photo one.tar.gz"]);
});

Deno.test("paths without an extension, hidden files and bare names", () => {
  const of = (template: string, text: string): string => fill(template, itemOf(text));
  assertEquals(of("{.}", ".bashrc"), ".bashrc");
  assertEquals(of("{.}", "dir.d/file"), "dir.d/file");
  assertEquals(of("{.}", "dir.d/"), "dir.d/");
  assertEquals(of("{/}", "dir/"), "dir");
  assertEquals(of("{//}", "file"), ".");
  assertEquals(of("{//}", "/file"), "/");
});

Deno.test("fields of a record fill their names, and a missing one is refused with its line", () => {
  const record = itemOf('{"id":5}', { id: "5", to: "a b" });
  assertEquals(fillArgv(["mail", "{to}", "--id={id}", "{print $1}"], record), [
    "mail",
    "a b",
    "--id=5",
    "{print $1}",
  ]);
  const error = assertThrows(() => fillArgv(["mail", "{from}"], record), DataError);
  assertEquals([error.message, error.hint], ['Input line 9 has no field "from"', "Its fields are id, to"]);
  assertEquals(hasPlaceholder("{to}", true), true);
  assertEquals(hasPlaceholder("{to}", false), false);
  assertEquals(hasPlaceholder("{print $1}", true), false);
});

Deno.test("an input is never looked at for placeholders, whatever it contains", () => {
  fc.assert(
    fc.property(fc.string({ unit: fc.constantFrom("{", "}", ".", "/", "#", "$", "&", "a") }), (text) => {
      assertEquals(fillArgv(["x{}y", "{#}"], itemOf(text)), [`x${text}y`, "7"]);
    }),
  );
});
