/**
 * Tools for tests of jobs, stores and workers.
 *
 * @module
 */

export { type ContractOptions, storeContract } from "./contract/mod.ts";
