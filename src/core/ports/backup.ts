/** A copy of a store in one file. */

/** How a backup is written. */
export interface BackupOptions {
  /** Replaces a file that is there already; default `false`. */
  readonly force?: boolean;
}

/** What was written. */
export interface Backup {
  /** The file. */
  readonly path: string;
  /** Its size. */
  readonly bytes: number;
  /** Jobs in it. */
  readonly jobs: number;
}
