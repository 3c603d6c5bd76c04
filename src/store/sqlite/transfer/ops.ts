/** What moves the content of a store. */

export { become, identity } from "./become.ts";
export { read } from "./read.ts";
export { write } from "./write.ts";
