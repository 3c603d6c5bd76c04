import { assertEquals } from "@std/assert";
import { sourceFiles } from "../scripts/files.ts";

const root = new URL("../", import.meta.url);

/** Targets of links to files of this repository, as they stand in Markdown. */
function relativeLinks(text: string): string[] {
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)].map((match) => match[1]!)
    .filter((target) => !/^([a-z]+:|#)/.test(target));
}

Deno.test("docs: links within the repository lead somewhere", async () => {
  const broken: string[] = [];
  for (const path of sourceFiles(Deno.realPathSync(root), ".md")) {
    const page = new URL(path, root);
    for (const link of relativeLinks(await Deno.readTextFile(page))) {
      const target = new URL(link.replace(/#.*/, ""), page);
      if (!await Deno.stat(target).then(() => true, () => false)) broken.push(`${path}: ${link}`);
    }
  }
  assertEquals(broken, []);
});

Deno.test("docs: the search for links finds them", () => {
  assertEquals(relativeLinks("[a](docs/a.md#x) [b](https://example.org) [c](#here) ![d](d.png)"), [
    "docs/a.md#x",
    "d.png",
  ]);
});

Deno.test("docs: examples name the library as its users do", async () => {
  const wrong: string[] = [];
  for (const path of sourceFiles(Deno.realPathSync(root)).filter((path) => /^(mod\.ts$|src\/)/.test(path))) {
    const text = await Deno.readTextFile(new URL(path, root));
    wrong.push(
      ...[...text.matchAll(/^ *\* import .* from "\..*$/gm)].map(([line]) => `${path}: ${line.trim()}`),
    );
  }
  // Write @gigq/gigq, or @gigq/gigq/testing: an example is compiled beside the file it stands in.
  assertEquals(wrong, []);
});
