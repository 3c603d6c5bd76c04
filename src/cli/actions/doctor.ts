/** What `gigq doctor` does. */

import { serverOf } from "../../core/location.ts";
import type { Finding, Verdict } from "../../core/ports.ts";
import { systemClock } from "../../engine/system_clock.ts";
import { diagnose } from "../../library/doctor.ts";
import { paint, type Style } from "../../output/color.ts";
import { escapeLine } from "../../output/escape.ts";
import { jsonLine, jsonLines } from "../../output/json_lines.ts";
import { renderTable } from "../../output/table.ts";
import { LEAST_ROOM, wrap } from "../../output/wrap.ts";
import { capabilityRows, capabilityShapes } from "../capabilities_table.ts";
import type { Input } from "../command.ts";
import type { Io } from "../io.ts";

const STYLES: Readonly<Record<Verdict, Style>> = { ok: "green", warning: "yellow", problem: "red" };
/** Widths of the first columns: the longest verdict, the longest check, and a gap. */
const VERDICT_WIDTH = "problem".length + 2;
const CHECK_WIDTH = "transactions".length + 2;

/** Prints each finding as it comes; 1 when one is more than `ok` after all. */
export async function checkQueue(input: Input, io: Io): Promise<number> {
  if (input.flag("capabilities")) return await tellCapabilities(io);
  // A server has its own.
  const clock = serverOf(io.db) === null ? { ...systemClock, now: () => io.now() } : undefined;
  const options = { fix: input.flag("fix"), quick: input.flag("quick"), ...clock && { clock } };
  let code = 0;
  for await (const finding of diagnose(io.db, options)) {
    if (finding.verdict !== "ok") code = 1;
    await io.out(io.json ? jsonLine(finding) : findingLine(finding, io));
  }
  return code;
}

/** Static: asks no queue. */
async function tellCapabilities(io: Io): Promise<number> {
  const { titles, rows } = capabilityRows();
  const columns = titles.map((title) => ({ title: title.toUpperCase() }));
  await io.out(
    io.json
      ? jsonLines(capabilityShapes())
      : renderTable(columns, rows, { width: io.columns, color: io.color }),
  );
  return 0;
}

/** `warning  disk         12 MB free on the disk of /srv/gigq.db; free some space`. */
export function findingLine(
  { check, verdict, message, hint, fixed }: Finding,
  { color, columns }: Pick<Io, "color" | "columns">,
): string {
  const word = verdict.padEnd(VERDICT_WIDTH);
  const parts = [message, ...hint === null ? [] : [`to do: ${hint}`]].map(escapeLine).join("; ");
  const text = `${parts}${fixed ? " (fixed)" : ""}`;
  const indent = VERDICT_WIDTH + CHECK_WIDTH;
  const lines = columns === null ? [text] : wrap(text, Math.max(LEAST_ROOM, columns - indent));
  return `${paint(word, STYLES[verdict], color)}${check.padEnd(CHECK_WIDTH)}${
    lines.join(`\n${" ".repeat(indent)}`)
  }\n`;
}
