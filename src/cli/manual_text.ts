/** The parts of the manual that no command says. */

export const INTRODUCTION = `# The command line

This page is made from the program: \`gigq help --manual\` prints it.

Data goes to stdout, everything else to stderr. Colour and prompts appear only on a terminal; \`NO_COLOR\` and
\`--color\` decide otherwise. Lists are cut to the terminal's width; piped, nothing is cut. What jobs and files say is
made harmless before it reaches a terminal: control characters are shown as \`\\e\`, \`\\x07\`, \`\\u{202e}\`.

Options may stand before or after arguments: \`-p3\`, \`-p 3\`, \`--priority 3\` and \`--priority=3\` are the same, and
\`-ab\` is \`-a -b\`. What follows \`--\` is an exact command line that no shell sees. Durations are written like
\`500ms\`, \`10s\`, \`5m\`, \`2h30m\`, \`1d\`; points in time like \`10m\` (from now), \`22:00\` or
\`2026-01-31T22:00:00Z\`, those of jobs also like \`tomorrow 9am\` or \`in 2 hours\`.`;

export const SETTINGS = `## Settings

An option wins over the environment, that over the project's \`gigq.toml\` (in this folder or the nearest one above
it), that over the user's (\`$XDG_CONFIG_HOME/gigq/gigq.toml\`, or \`~/.config/gigq/gigq.toml\`), that over what is
built in.

| variable             | meaning                                                               |
| -------------------- | --------------------------------------------------------------------- |
| \`GIGQ_DB\`            | the queue, as \`--db\`: a file, \`postgres://…\` or \`redis://…\`           |
| \`GIGQ_SQLITE_DRIVER\` | \`ffi\` (the native library), \`builtin\` or \`auto\`                       |
| \`GIGQ_LEASE\`         | how long a worker's claim holds without a sign of life, such as \`30s\` |
| \`GIGQ_HEARTBEAT\`     | time between two signs of life, such as \`10s\`                         |
| \`GIGQ_GIVE_UP_AFTER\` | how long a server may be out of reach, such as \`60s\`                  |
| \`GIGQ_DEBUG\`         | \`1\` prints the stack of an error                                      |
| \`NO_COLOR\`           | anything turns colour off                                             |

A command line is seen by everybody on the machine: a URL with a password belongs into \`GIGQ_DB\` or into a settings file
that only its owner can read. It is never printed. What URLs can say stands in [backends](backends.md).

\`\`\`toml
# gigq.toml
db = "jobs/gigq.db" # relative to this file; or postgres://…, redis://…
color = "never"

# Defaults for the options of submit, map, batch, worker and run, by their long names.
[worker]
concurrency = 4
queue = ["images", "mail"]

[submit]
retry = 2

# For jobs that say nothing themselves. The nearer wins: options, then [policies.NAME] (what --policy names), then
# [queues.NAME], then [kinds.KIND] (command, module, function, http), then what is built in.
[policies.patient]
retry = 8 # or max-attempts
backoff = "exp:10s..1h"
jitter = "full"
budget = "6h"
retry-on = ["timeout", { exit = "70-79" }]
on-error = ["exit:75 -> snooze:5m", { match = { exit = 3 }, run = "alert" }]

[kinds.command]
timeout = "10m" # also grace, no-retry-on

# What a rule can run: command, shell, module (with), or http; it may have a name, commands env and cwd.
[jobs.alert]
command = ["./alert", "\${{ failed.id }}", "\${{ failed.error.message }}"]
\`\`\`

Rules for all jobs stand at the top, before any table: \`on-error = ["lost -> retry:10s"]\`. Rules add up, those of the nearer
place first. Of two files that describe the same policy, the project's is heard.`;

export const EXIT_CODES = `## Exit codes

| code    | meaning                                               |
| ------- | ----------------------------------------------------- |
| 0       | done                                                  |
| 1       | failed                                                |
| 2       | used wrongly                                          |
| 3       | a job, workflow or queue does not exist               |
| 4       | the job asked for failed                              |
| 5       | it was cancelled or skipped                           |
| 65      | bad data: params, a workflow file, a damaged database |
| 69      | the database or its server cannot be reached          |
| 73      | a file cannot be created or written                   |
| 75      | busy, or not yet: try again                           |
| 78      | a bad setting, or a database of a newer GigQ          |
| 124     | time ran out                                          |
| 130 143 | interrupted                                           |

\`run\`, and \`wait\` on one command, pass the command's own exit code through when it failed. \`map\` exits with the
number of failed items, 101 for more than 100.`;

export const SHAPES = `## JSON

With \`--json\`, commands print one object, lists one object a line. Keys are added over time, never renamed; times are
ISO 8601 in UTC.

- A job (\`list\`, \`wait\`): \`{ id, name, queue, kind, status, reason, priority, tags, attempt, failures, maxAttempts,
  createdAt, dueAt, expiresAt, startedAt, firstStartedAt, finishedAt, payload, result, error, cause, dead, canaries,
  progress, dependencies, workflow, step, schedule, scheduledAt, worker, uniqueKey, cancelRequested }\`; \`error\` is
  \`{ class, message, stack, fingerprint }\`, \`cause\` such as \`"E3"\`, \`canaries\` the jobs that it is held for, a
  dependency \`{ id, on }\`, \`schedule\` and \`scheduledAt\` the schedule and the slot that it runs for.
- \`status\` adds \`attempts: [{ number, worker, outcome, startedAt, finishedAt, waitMs, wallMs, cpuMs, maxRssBytes,
  exitCode, signal, error, decision }]\`; \`decision\` is \`{ action, by, rule, number, delayMs, delayBy }\`, \`null\` unless it
  failed.
- \`policy explain\`: \`{ id, status, reason, dead, policy, rules, attempts: [{ …, decision, explanation }] }\`; \`policy
  preview\`: \`{ policy, seed, attempts: [{ attempt, waitMs, at, sample }], more, overBudget }\`, waits and times as
  shortest and longest; \`policy list\`: \`{ for, name, says, rules, source }\`.
- \`stats\`: \`{ total, statuses: { ready: 1, … }, queues: { default: { paused, statuses } } }\`.
- \`cancel\`, \`requeue\`, \`dead redrive\`, \`dead dismiss\`: \`{ id, result, status }\`; the result is \`done\`, \`requested\`
  or \`refused\`, the status the one before; a job that is held for canaries has \`heldFor: [id]\`, too. \`clear\`:
  \`{ deleted }\`.
- \`errors\`: \`{ id, fingerprint, class, message, count, failed, firstAt, lastAt, job, attempt, muted, mutedUntil }\`;
  \`mutedUntil\` is \`null\` for ever. \`errors show\` adds \`example\` (an attempt, with its \`job\`), \`stderr\` (its last
  lines) and \`jobs\` (the first ids that stand failed).
- \`workflow list\`: \`{ id, name, type, status, key, params, source, maxFails, createdAt, haltedAt, counts }\`; \`workflow
  status\` adds \`steps\`. \`workflow retry\`: \`{ id, step, result, status, again, why }\`; the result is \`done\`, \`kept\` or
  \`unfinished\`.
- \`logs\`: \`{ id, attempt, stream, at, text }\`.
- \`submit\`, \`batch\`: \`{ id, created }\`, with \`runAt\` and \`expiresAt\` where options said when, and the job is new.
- An error, on stderr: \`{ error: { code, message, hint } }\`.`;
