import type { Store } from "../../src/core/ports.ts";

/** The same store, but `close` runs `then` afterwards. */
export function closingWith(store: Store, then: () => Promise<void>): Store {
  return new Proxy(store, {
    get(target, key): unknown {
      if (key === "close") return () => target.close().then(then);
      const member = Reflect.get(target, key, target);
      return typeof member === "function" ? member.bind(target) : member;
    },
  });
}
