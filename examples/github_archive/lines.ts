/** Lines of a gzipped stream, one after the other: memory does not grow with the file. */

import { pipeline, Readable } from "node:stream";
import { createGunzip } from "node:zlib";

/** Longer lines are cut here, which makes them bad lines: no event is nearly as long. */
const LONGEST_LINE = 32_000_000;

/** Unpacks and yields line by line, without line ends and without empty lines. */
export async function* unpackedLines(packed: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const gunzip = createGunzip();
  // An error of either end destroys the other, and is thrown by the loop below.
  pipeline(Readable.fromWeb(packed as never), gunzip, () => {});
  const decoder = new TextDecoder();
  let rest = "";
  for await (const chunk of gunzip) {
    const lines = (rest + decoder.decode(chunk, { stream: true })).split("\n");
    rest = lines.pop()!.slice(0, LONGEST_LINE);
    yield* lines.filter((line) => line.trim() !== "");
  }
  rest += decoder.decode();
  if (rest.trim() !== "") yield rest;
}
