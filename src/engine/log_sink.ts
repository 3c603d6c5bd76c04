/** Output of one attempt on its way to the store: the beginning as it comes, then the end, bounded. */

import { BOUNDS } from "../core/bounds.ts";
import type { LogChunk, LogStream } from "../core/ports.ts";

/** Bytes of one stream that are gathered before they become a chunk. */
const BLOCK_BYTES = 32_768;
/** Chunks kept at most in each half: output that changes streams at every byte must not cost more than others. */
const MAX_CHUNKS = 20_000;

const encoder = new TextEncoder();

interface Block {
  readonly stream: LogStream;
  readonly at: number;
  data: Uint8Array;
  used: number;
}

/**
 * Keeps at most `maxBytes` of what it is given. The first half is handed out by {@linkcode LogSink.take} as it
 * comes; of the rest the last half is kept in memory until {@linkcode LogSink.end}, behind a marker that tells
 * how much was cut between the two.
 */
export class LogSink {
  #seq = 0;
  #headBytes = 0;
  #headChunks = 0;
  #headFull = false;
  #open: Block | null = null;
  #ready: LogChunk[] = [];
  #readyBytes = 0;
  #tail: Block[] = [];
  #tailStart = 0;
  #tailBytes = 0;
  #cut = 0;
  readonly #half: number;

  constructor(
    private readonly id: number,
    private readonly attempt: number,
    maxBytes: number = BOUNDS.logBytes,
  ) {
    this.#half = Math.floor(maxBytes / 2);
  }

  /** Bytes that {@linkcode LogSink.take} would hand out. */
  get pendingBytes(): number {
    return this.#readyBytes + (this.#open?.used ?? 0);
  }

  write(stream: LogStream, data: Uint8Array | string, at: number): void {
    let bytes = typeof data === "string" ? encoder.encode(data) : data;
    if (!this.#headFull) {
      const room = this.#half - this.#headBytes;
      const piece = bytes.subarray(0, room);
      this.#head(stream, piece, at);
      bytes = bytes.subarray(piece.length);
      if (this.#headBytes >= this.#half || this.#headChunks >= MAX_CHUNKS) this.#headFull = true;
    }
    if (bytes.length > 0) this.#keep(stream, bytes, at);
  }

  /** The chunks gathered so far. */
  take(): readonly LogChunk[] {
    this.#close();
    const chunks = this.#ready;
    this.#ready = [];
    this.#readyBytes = 0;
    return chunks;
  }

  /** The last chunks: what {@linkcode LogSink.take} would give, the marker, and the kept end. */
  end(at: number): readonly LogChunk[] {
    const chunks = [...this.take()];
    if (this.#cut > 0) chunks.push(this.#chunk("log", encoder.encode(`[… ${this.#cut} bytes cut …]\n`), at));
    for (const block of this.#tail.slice(this.#tailStart)) {
      chunks.push(this.#chunk(block.stream, block.data.subarray(0, block.used), block.at));
    }
    this.#tail = [];
    this.#tailStart = 0;
    return chunks;
  }

  #head(stream: LogStream, bytes: Uint8Array, at: number): void {
    this.#headBytes += bytes.length;
    while (bytes.length > 0) {
      if (this.#open === null || this.#open.stream !== stream || this.#open.used === BLOCK_BYTES) {
        this.#close();
        this.#open = { stream, at, data: new Uint8Array(Math.min(BLOCK_BYTES, bytes.length)), used: 0 };
        this.#headChunks++;
      }
      bytes = fill(this.#open, bytes);
    }
  }

  #close(): void {
    if (this.#open === null) return;
    const { stream, data, used, at } = this.#open;
    this.#ready.push(this.#chunk(stream, data.subarray(0, used), at));
    this.#readyBytes += used;
    this.#open = null;
  }

  #keep(stream: LogStream, bytes: Uint8Array, at: number): void {
    if (bytes.length > this.#half) {
      this.#cut += bytes.length - this.#half;
      bytes = bytes.subarray(bytes.length - this.#half);
    }
    this.#tailBytes += bytes.length;
    let last = this.#tail.at(-1);
    while (bytes.length > 0) {
      if (last === undefined || last.stream !== stream || last.used === BLOCK_BYTES) {
        last = { stream, at, data: new Uint8Array(Math.min(BLOCK_BYTES, bytes.length)), used: 0 };
        this.#tail.push(last);
      }
      bytes = fill(last, bytes);
    }
    this.#trim();
  }

  #trim(): void {
    while (this.#tailBytes > this.#half || this.#tail.length - this.#tailStart > MAX_CHUNKS) {
      const first = this.#tail[this.#tailStart]!;
      const excess = this.#tail.length - this.#tailStart > MAX_CHUNKS
        ? first.used
        : Math.min(first.used, this.#tailBytes - this.#half);
      this.#cut += excess;
      this.#tailBytes -= excess;
      if (excess < first.used) {
        first.data = first.data.slice(excess, first.used);
        first.used -= excess;
      } else {
        this.#tailStart++;
      }
    }
    // Dropped blocks leave the array in bulk, so that dropping one stays cheap.
    if (this.#tailStart > 1_000 || this.#tailStart * 2 > this.#tail.length) {
      this.#tail = this.#tail.slice(this.#tailStart);
      this.#tailStart = 0;
    }
  }

  #chunk(stream: LogStream, data: Uint8Array, at: number): LogChunk {
    return { id: this.id, attempt: this.attempt, seq: this.#seq++, stream, at, data };
  }
}

/** Copies what fits into the block, which grows up to its limit; returns the rest. */
function fill(block: Block, bytes: Uint8Array): Uint8Array {
  const size = Math.min(BLOCK_BYTES, block.used + bytes.length);
  if (size > block.data.length) {
    const grown = new Uint8Array(Math.min(BLOCK_BYTES, Math.max(size, block.data.length * 2)));
    grown.set(block.data.subarray(0, block.used));
    block.data = grown;
  }
  const piece = bytes.subarray(0, size - block.used);
  block.data.set(piece, block.used);
  block.used += piece.length;
  return bytes.subarray(piece.length);
}
