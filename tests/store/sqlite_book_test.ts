import { assertEquals } from "@std/assert";
import { remember } from "../../src/store/sqlite/book.ts";

Deno.test("a book keeps what it was told last, and no more than it may", () => {
  const book = new Map<number, string>();
  for (let n = 0; n < 1_000; n++) {
    remember(book, n, `${n}`, 10);
    assertEquals(book.get(n), `${n}`);
    assertEquals(book.size <= 10, true);
  }
});
