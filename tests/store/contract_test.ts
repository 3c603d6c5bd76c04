import { MemoryStore } from "../../src/store/memory/store.ts";
import { storeContract } from "../../src/testing/mod.ts";

storeContract("memory", { open: () => Promise.resolve(new MemoryStore()) });
