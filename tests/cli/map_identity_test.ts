import { assertEquals, assertNotEquals } from "@std/assert";
import { MapIdentity } from "../../src/cli/map/identity.ts";

const command = { argv: ["cp", "{}", "out"], cwd: "/a", env: { B: "2", A: "1" } };
const item = (text: string, number = 1) => ({ text, number, line: number, value: text });

Deno.test("the same command, folder, variables and input give the same names", () => {
  const one = new MapIdentity(command);
  const two = new MapIdentity({ ...command, env: { A: "1", B: "2" } });
  assertEquals(one.queue, two.queue);
  assertEquals(one.key(item("x")), two.key(item("x", 9)));
});

Deno.test("another command, folder, variable or input gives other names", () => {
  const key = (over: object, text = "x"): string => new MapIdentity({ ...command, ...over }).key(item(text));
  const keys = [
    key({}),
    key({}, "y"),
    key({ argv: ["cp", "{}", "out2"] }),
    key({ cwd: "/b" }),
    key({ env: undefined }),
  ];
  assertEquals(new Set(keys).size, keys.length);
  assertNotEquals(new MapIdentity(command).queue, new MapIdentity({ ...command, cwd: "/b" }).queue);
});

Deno.test("equal lines are different work, in each run the same", () => {
  const keys = (): string[] => {
    const identity = new MapIdentity(command);
    return ["x", "y", "x", "x"].map((text, index) => identity.key(item(text, index + 1)));
  };
  assertEquals(new Set(keys()).size, 4);
  assertEquals(keys(), keys());
});

Deno.test("the number belongs to the work only where the command asks for it", () => {
  const numbered = { ...command, argv: ["cp", "{}", "{#}.out"] };
  assertNotEquals(
    new MapIdentity(numbered).key(item("x", 1)),
    new MapIdentity(numbered).key(item("x", 2)),
  );
});
