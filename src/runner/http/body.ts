/** Reads the body of a response, as far as it may be large. */

import { BOUNDS } from "../../core/bounds.ts";

/** The body is larger than allowed, or unpacks to much more than was sent. */
export class TooLargeError extends Error {
  override readonly name = "TooLargeError";
}

/**
 * The body as text.
 *
 * The platform unpacks compressed bodies while it reads them: how much arrived can only be told from the length
 * that the server announced, so a body that unpacks to more than {@linkcode BOUNDS.gunzipRatio} times that is
 * refused; the bound in bytes holds either way.
 *
 * @throws {TooLargeError} As soon as a bound is passed; the rest is not read
 */
export async function readBody(response: Response, maxBytes: number): Promise<string> {
  if (response.body === null) return "";
  const packed = response.headers.has("content-encoding")
    ? Number(response.headers.get("content-length") ?? NaN)
    : NaN;
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new TooLargeError(`The response is larger than the ${maxBytes} bytes allowed`);
    }
    if (bytes > packed * BOUNDS.gunzipRatio) {
      throw new TooLargeError(
        `The response unpacks to more than ${BOUNDS.gunzipRatio} times the ${packed} bytes sent`,
      );
    }
    chunks.push(chunk);
  }
  return await new Blob(chunks as BlobPart[]).text();
}

/** The first bytes of the body as text; the rest is not read. */
export async function readStart(response: Response, maxBytes: number): Promise<string> {
  if (response.body === null) return "";
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    chunks.push(chunk.subarray(0, maxBytes - bytes));
    bytes += chunk.length;
    if (bytes >= maxBytes) break;
  }
  return await new Blob(chunks as BlobPart[]).text();
}
