/** What a measure is: one piece of work, done by GigQ and by its peers, timed the same way. */

import type { Backend, BackendName } from "./backend.ts";

/** How large the work is. `smoke` only shows that it runs. */
export type Scale = "full" | "quick" | "smoke";

/** One line of the table. */
export interface Row {
  /** Names the figure in {@linkcode Figures}. */
  readonly key: string;
  readonly label: (size: number, backend: BackendName) => string;
  /** `/s` is a rate, where more is better; the others are times and ratios, where less is. */
  readonly unit: "/s" | "ms" | "µs" | "×";
}

/** What one run of a measure found: a number for each row. */
export type Figures = Readonly<Record<string, number>>;

/** What GigQ aims at, in one row. */
export interface Target {
  readonly row: string;
  /** Only there; absent: on all. */
  readonly backend?: BackendName;
  /** The ratio to this peer counts; without one, the figure itself. */
  readonly peer?: string;
  readonly least?: number;
  readonly most?: number;
}

/** Somebody else doing the same work. */
export interface Peer {
  readonly name: string;
  /** Its engine; absent: it is compared with GigQ on every backend. */
  readonly backend?: BackendName;
  /** `null` where it is not installed. */
  run(size: number, backend: Backend): Promise<Figures | null>;
}

/** One file of `bench/measures/`. */
export interface Measure {
  readonly name: string;
  readonly rows: readonly Row[];
  readonly sizes: Readonly<Record<Scale, number>>;
  /** Does the work with GigQ, in a fresh process (except at scale `smoke`). */
  ours(size: number, backend: Backend): Promise<Figures>;
  readonly peers: readonly Peer[];
  readonly targets?: readonly Target[];
}
