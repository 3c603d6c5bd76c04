/** What a measure is: one piece of work, done by GigQ and by its peers, timed the same way. */

/** How large the work is. `smoke` only shows that it runs. */
export type Scale = "full" | "quick" | "smoke";

/** One line of the table. */
export interface Row {
  /** Names the figure in {@linkcode Figures}. */
  readonly key: string;
  readonly label: (size: number) => string;
  /** `/s` is a rate, where more is better; the others are times and ratios, where less is. */
  readonly unit: "/s" | "ms" | "µs" | "×";
}

/** What one run of a measure found: a number for each row. */
export type Figures = Readonly<Record<string, number>>;

/** What GigQ aims at, in one row. */
export interface Target {
  readonly row: string;
  /** The ratio to this peer counts; without one, the figure itself. */
  readonly peer?: string;
  readonly least?: number;
  readonly most?: number;
}

/** Somebody else doing the same work. */
export interface Peer {
  readonly name: string;
  /** `null` where it is not installed. */
  run(size: number): Promise<Figures | null>;
}

/** One file of `bench/measures/`. */
export interface Measure {
  readonly name: string;
  readonly rows: readonly Row[];
  readonly sizes: Readonly<Record<Scale, number>>;
  /** Does the work with GigQ, in a fresh process (except at scale `smoke`). */
  ours(size: number): Promise<Figures>;
  readonly peers: readonly Peer[];
  readonly targets?: readonly Target[];
}
