/** What leaves slots out. */

/** The times that it lets through. */
export interface Filter {
  /** The first instant from one on, itself included, that it lets through; `null` for none. */
  openFrom(instant: number): number | null;
  /** The last instant up to one, itself included, that it lets through; `null` for none. */
  openUntil(instant: number): number | null;
}
