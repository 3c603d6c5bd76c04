/** A program that leaves out what `whole_program.ts` begins with. */

import { JobQueue } from "../../../mod.ts";

await using queue = await JobQueue.open(":memory:");
await queue.schedules.list();
