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
    ...counters(out),
    ...stopwatches(out),
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

type Print = (...values: unknown[]) => void;

function counters(print: Print): Record<string, (label?: string) => void> {
  const counts = new Map<string, number>();
  return {
    count: (label = "default"): void => {
      const count = (counts.get(label) ?? 0) + 1;
      counts.set(label, count);
      print(`${label}: ${count}`);
    },
    countReset: (label = "default"): void => {
      counts.delete(label);
    },
  };
}

function stopwatches(print: Print): Record<string, (label?: string, ...values: unknown[]) => void> {
  const starts = new Map<string, number>();
  const log = (label = "default", ...values: unknown[]): void => {
    const start = starts.get(label);
    if (start !== undefined) print(`${label}: ${Math.round(performance.now() - start)}ms`, ...values);
  };
  return {
    time: (label = "default"): void => {
      starts.set(label, performance.now());
    },
    timeLog: log,
    timeEnd: (label = "default"): void => {
      log(label);
      starts.delete(label);
    },
  };
}
