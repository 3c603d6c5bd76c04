/** Stores on Redis, each under a prefix of its own whose keys are deleted at the end. */

import { Redis } from "ioredis";
import type { Store } from "../../src/core/ports.ts";
import { openStore } from "../../src/store/open.ts";
import { ownName, redisUrl } from "../servers.ts";
import { closingWith } from "./closing_with.ts";

/** The address of a prefix. */
export function prefixUrl(prefix: string, base: string = redisUrl!): string {
  return `${base}${base.includes("?") ? "&" : "?"}prefix=${prefix}`;
}

/** Sends one command as nobody in particular. */
export async function command(
  name: string,
  args: readonly (string | number)[],
  base: string = redisUrl!,
): Promise<unknown> {
  const client = new Redis(base, { lazyConnect: true, retryStrategy: () => null });
  try {
    await client.connect();
    return await client.call(name, ...args);
  } finally {
    client.disconnect();
  }
}

export async function deletePrefix(prefix: string, base: string = redisUrl!): Promise<void> {
  const client = new Redis(base);
  try {
    for await (const keys of client.scanStream({ match: `{${prefix}}:*`, count: 1_000 })) {
      if ((keys as string[]).length > 0) await client.unlink(...keys as string[]);
    }
  } finally {
    client.disconnect();
  }
}

/** The prefix of each store. */
const prefixes = new WeakMap<Store, string>();

/** A new, empty store. */
export async function openOwnPrefix(): Promise<Store> {
  const prefix = ownName();
  const { store } = await openStore(prefixUrl(prefix));
  return placedIn(prefix, closingWith(store, () => deletePrefix(prefix)));
}

/** Opens once more what a store left; that one is closed, and its keys deleted, with this one. */
export async function reopenPrefix(left: Store): Promise<Store> {
  const prefix = prefixes.get(left)!;
  const { store } = await openStore(prefixUrl(prefix));
  return placedIn(prefix, closingWith(store, () => left.close()));
}

function placedIn(prefix: string, store: Store): Store {
  prefixes.set(store, prefix);
  return store;
}
