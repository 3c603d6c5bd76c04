/** `gigq completions` */

import type { CommandSpec } from "../command.ts";

const completions: CommandSpec = {
  name: "completions",
  summary: "Print a completion script for a shell",
  description:
    "Completes commands and options, and from the database job ids, queues, names, statuses and workflows.",
  arguments: [{ name: "SHELL", help: "bash, zsh or fish", complete: ["bash", "zsh", "fish"] }],
  examples: [
    { command: "source <(gigq completions bash)", help: "For bash, in ~/.bashrc" },
    { command: "gigq completions zsh > ~/.zfunc/_gigq", help: "For zsh, into a folder of $fpath" },
    { command: "gigq completions fish > ~/.config/fish/completions/gigq.fish", help: "For fish" },
  ],
  run: async (input, io) => (await import("../actions/completions.ts")).printScript(input, io),
};

export default completions;
