/** Does nothing: what starting Deno costs. */
export {};
