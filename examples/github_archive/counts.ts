/** What is counted of GitHub's events, for an hour or a day. */

/** How often each name was seen. */
export type Tally = Map<string, number>;

/** Counts that can be added up, hour by hour, without losing anything. */
export interface Counts {
  events: number;
  badLines: number;
  /** Commits listed in push events. */
  commits: number;
  /** Events by type. */
  readonly types: Tally;
  /** Events by repository. */
  readonly repos: Tally;
  /** Events by login. */
  readonly actors: Tally;
  /** Watch events by repository: what GitHub calls stars. */
  readonly stars: Tally;
}

const TALLIES = ["types", "repos", "actors", "stars"] as const;

/** Nothing counted yet. */
export function noCounts(): Counts {
  const [types, repos, actors, stars] = TALLIES.map(() => new Map()) as [Tally, Tally, Tally, Tally];
  return { events: 0, badLines: 0, commits: 0, types, repos, actors, stars };
}

/** Counts one line of an archive: an event as JSON, or a bad line. */
export function countLine(counts: Counts, line: string): void {
  const event = parse(line);
  if (event === null) {
    counts.badLines++;
    return;
  }
  const { type, repo, actor, payload } = event;
  counts.events++;
  add(counts.types, type);
  add(counts.repos, repo.name);
  add(counts.actors, actor.login);
  if (type === "WatchEvent") add(counts.stars, repo.name);
  if (type === "PushEvent" && Array.isArray(payload?.commits)) counts.commits += payload.commits.length;
}

/** Adds the counts of another hour. */
export function addCounts(sum: Counts, other: Counts): void {
  sum.events += other.events;
  sum.badLines += other.badLines;
  sum.commits += other.commits;
  for (const tally of TALLIES) {
    for (const [name, count] of other[tally]) add(sum[tally], name, count);
  }
}

/** The names seen most, by count, then by name. */
export function top(tally: Tally, size: number): readonly (readonly [string, number])[] {
  return [...tally].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)).slice(0, size);
}

/** As JSON can carry it. */
export function countsToJson(counts: Counts): Record<string, unknown> {
  return { ...counts, ...Object.fromEntries(TALLIES.map((tally) => [tally, [...counts[tally]]])) };
}

/** Back from {@linkcode countsToJson}; `null` for anything else. */
export function countsFromJson(value: Record<string, unknown>): Counts | null {
  const { events, badLines, commits } = value;
  const numbers = [events, badLines, commits].every((number) => Number.isSafeInteger(number));
  if (!numbers || !TALLIES.every((tally) => Array.isArray(value[tally]))) return null;
  const tallies = TALLIES.map((tally) => [tally, new Map(value[tally] as [string, number][])]);
  return { events, badLines, commits, ...Object.fromEntries(tallies) } as Counts;
}

interface GitHubEvent {
  readonly type: string;
  readonly repo: { readonly name: string };
  readonly actor: { readonly login: string };
  readonly payload?: { readonly commits?: unknown };
}

function parse(line: string): GitHubEvent | null {
  try {
    const event = JSON.parse(line);
    const complete = [event?.type, event?.repo?.name, event?.actor?.login].every((text) =>
      typeof text === "string"
    );
    return complete ? event : null;
  } catch {
    return null;
  }
}

function add(tally: Tally, name: string, count = 1): void {
  tally.set(name, (tally.get(name) ?? 0) + count);
}
