/** The command tree: enough for overviews. Each command loads when it is asked for. */

import type { CommandSpec, Entry, GroupSpec } from "./command.ts";

/**
 * Imports a module that few runs of the program need.
 *
 * Deno resolves and loads literal dynamic imports when a program starts, with all that stands behind them: 20 ms
 * for commands that are not run. `embedded.ts` names them for those who must know in advance.
 *
 * @param path Relative to this folder
 */
export async function importLate<M>(path: string): Promise<M> {
  return await import(new URL(path, import.meta.url).href) as M;
}

function entry(name: string, summary: string): Entry {
  const load = async (): Promise<CommandSpec | GroupSpec> => {
    return (await importLate<{ default: CommandSpec | GroupSpec }>(`./commands/${name}.ts`)).default;
  };
  return { name, summary, load };
}

export const COMMANDS: readonly Entry[] = [
  entry("submit", "Add a job to the queue"),
  entry("map", "Run a command for every line of stdin, in parallel, durably"),
  entry("batch", "Add one job for each line of standard input"),
  entry("worker", "Run jobs"),
  entry("run", "Submit a workflow and work it to its end"),
  entry("workflow", "Submit, check, draw, list and retry workflows"),
  entry("schedule", "Run jobs and workflows again and again"),
  entry("simulate", "Tell what schedules would do"),
  entry("list", "List jobs"),
  entry("status", "Show one job in full"),
  entry("result", "Print the result of a job"),
  entry("logs", "Print the output of a job"),
  entry("stats", "Count jobs by status and queue"),
  entry("wait", "Wait until jobs have ended"),
  entry("cancel", "Cancel jobs"),
  entry("requeue", "Run jobs that have ended once more"),
  entry("clear", "Delete jobs that have ended"),
  entry("errors", "List, show and mute the causes of failures"),
  entry("dead", "List, redrive and dismiss dead letters"),
  entry("queue", "List, pause and resume queues"),
  entry("backup", "Write a copy of the queue to a file, while it is used"),
  entry("move", "Move the queue with all it holds to another place"),
  entry("doctor", "Check the queue's file or server, and say what to do"),
  entry("policy", "Preview, list and explain what becomes of failures"),
  entry("completions", "Print a completion script for a shell"),
  entry("help", "Show help for a command"),
  { ...entry("complete", "Complete a command line, for the scripts of completions"), hidden: true },
];
