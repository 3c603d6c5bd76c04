/** Reads the log of a database that nobody has open: https://sqlite.org/fileformat.html#the_write_ahead_log */

const HEADER_BYTES = 32;
const FRAME_HEADER_BYTES = 24;
const PAGE_SIZE_AT = 8;
const SALT_AT = 16;
const FRAME_SALT_AT = 8;
const SALT_BYTES = 8;
/** In the header of a frame: the size of the database after a commit, zero within a transaction. */
const COMMIT_AT = 4;

/** One transaction: the bytes of its frames. */
export interface Transaction {
  readonly start: number;
  readonly end: number;
}

/** The committed transactions of a log, oldest first. */
export function transactions(log: Uint8Array<ArrayBuffer>): Transaction[] {
  const view = new DataView(log.buffer, log.byteOffset, log.byteLength);
  const salt = log.subarray(SALT_AT, SALT_AT + SALT_BYTES).toHex();
  const frameBytes = FRAME_HEADER_BYTES + view.getUint32(PAGE_SIZE_AT);
  const found: Transaction[] = [];
  let start = HEADER_BYTES;
  for (let at = HEADER_BYTES; at + frameBytes <= log.length; at += frameBytes) {
    // Frames of an earlier round of the log lie behind those of this one.
    const own = log.subarray(at + FRAME_SALT_AT, at + FRAME_SALT_AT + SALT_BYTES).toHex();
    if (own !== salt) break;
    if (view.getUint32(at + COMMIT_AT) === 0) continue;
    found.push({ start, end: at + frameBytes });
    start = at + frameBytes;
  }
  return found;
}
