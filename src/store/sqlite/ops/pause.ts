/** Stops handing out jobs of a queue, and goes on. */

import type { Connection } from "../connection.ts";

export function pause(db: Connection, queue: string, paused: boolean): void {
  db.run("INSERT OR REPLACE INTO queues (name, paused) VALUES (?, ?)", queue, paused ? 1 : 0);
}
