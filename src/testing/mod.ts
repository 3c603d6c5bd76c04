/**
 * Tools for tests of jobs, stores and workers.
 *
 * @module
 */

export { type ContractOptions, storeContract } from "./contract/mod.ts";
export { FakeClock } from "./fake_clock.ts";
export { settle } from "./settle.ts";
