/** A console whose lines go to the job's log instead of the terminal of the worker. */

import { formatLog } from "../job_context.ts";

type Write = (stream: "stdout" | "stderr", text: string) => void;

/** Replaces the printing methods of the thread's console. */
export function captureConsole(write: Write): void {
  let indent = "";
  const print = (stream: "stdout" | "stderr") => (...values: unknown[]): void => {
    const text = formatLog(values);
    write(stream, indent === "" ? text : indent + text.trimEnd().replaceAll("\n", `\n${indent}`) + "\n");
  };
  const out = print("stdout");
  const err = print("stderr");
  const group = (...values: unknown[]): void => {
    if (values.length > 0) out(...values);
    indent += "  ";
  };
  Object.assign(console, {
    log: out,
    info: out,
    debug: out,
    dir: (value: unknown): void => out(value),
    dirxml: out,
    table: (value: unknown): void => out(value),
    group,
    groupCollapsed: group,
    groupEnd: (): void => {
      indent = indent.slice(2);
    },
    warn: err,
    error: err,
    trace: (...values: unknown[]): void => err(...values, `\n${new Error().stack ?? ""}`),
    assert: (condition: unknown, ...values: unknown[]): void => {
      if (!condition) err("Assertion failed", ...values);
    },
  });
}
