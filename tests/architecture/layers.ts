/** The floors of `docs/architecture.md`, as a rule over one import. */

/** Folders and files by floor, the lowest first; a longer prefix wins. */
const FLOORS: readonly (readonly string[])[] = [
  ["src/core/", "src/output/"],
  ["src/engine/", "src/store/", "src/runner/", "src/testing/", "src/calendar/"],
  ["src/compose.ts"],
  ["src/library/"],
  ["src/cli/", "src/web/"],
  ["main.ts", "cli.ts", "mod.ts", "load.ts", "servers.ts"],
];

/** Neighbours on one floor that may be imported: text for people knows the nouns. */
const NEIGHBOURS: readonly (readonly [from: string, to: string])[] = [["src/output/", "src/core/"]];

/** What is wrong with an import between two of our files; `null` when it runs down, as it should. */
export function misplaced(from: string, to: string): string | null {
  const [upper, lower] = [place(from), place(to)];
  if (upper === null) return `${from} stands on no floor`;
  if (lower === null) return `${from} imports ${to}, which stands on no floor`;
  if (upper.room === lower.room) return betweenStores(from, to);
  if (lower.floor < upper.floor) return null;
  if (NEIGHBOURS.some(([a, b]) => a === upper.room && b === lower.room)) return null;
  const direction = lower.floor > upper.floor ? "up" : "sideways";
  return `${from} imports ${direction}: ${to}`;
}

function place(path: string): { floor: number; room: string } | null {
  for (const [floor, rooms] of FLOORS.entries()) {
    const room = rooms.find((room) => path.startsWith(room));
    if (room !== undefined) return { floor, room };
  }
  return null;
}

/** The files that know every store: they open, check, compare and name them. */
const ALL_STORES: readonly string[] = [
  "src/store/open.ts",
  "src/store/check.ts",
  "src/store/backends.ts",
  "src/store/servers.ts",
];

/** Stores share only what lies directly in `src/store/`. */
function betweenStores(from: string, to: string): string | null {
  const [own, other] = [backend(from), backend(to)];
  if (other === null) {
    return own !== null && ALL_STORES.includes(to)
      ? `${from} imports ${to}, which imports every store`
      : null;
  }
  if (own === other || ALL_STORES.includes(from)) return null;
  return `${from} imports another store: ${to}`;
}

function backend(path: string): string | null {
  return /^src\/store\/([^/]+)\//.exec(path)?.[1] ?? null;
}
