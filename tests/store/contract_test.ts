import { storeContract } from "../../src/testing/mod.ts";
import { allStores } from "./stores.ts";

for (const { name, open, available } of allStores) {
  storeContract(name, { open, test: (title, fn) => Deno.test({ name: title, fn, ignore: !available }) });
}
