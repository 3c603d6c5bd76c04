/** The book of definitions: what schedules are that need attention look after look, so that it need not be sent each time. */

import type { ScheduleDefinition } from "../../../core/schedule.ts";

/** Characters of JSON that are kept; what goes beyond is read again. */
const MOST_CHARS = 16_000_000;

/** A definition as it is stored. */
export interface DefinitionRow {
  /** Id of the schedule. */
  readonly id: number;
  /** The version that the definition came with: under one version it never changes. */
  readonly defined: number;
  /** `null` where it was said to be known. */
  readonly definition: string | null;
}

/** Some definitions, as they were at one time. Later looks make others and do not change these. */
export class KnownDefinitions {
  readonly #texts: ReadonlyMap<string, string>;
  /** What a statement is told of them. */
  readonly ids: readonly number[];
  readonly versions: readonly number[];

  constructor(rows: readonly DefinitionRow[] = []) {
    const kept = rows.filter(({ definition }) => definition !== null);
    this.#texts = new Map(kept.map((row) => [keyOf(row), row.definition!]));
    this.ids = kept.map((row) => row.id);
    this.versions = kept.map((row) => row.defined);
  }

  /** The JSON of a row. */
  text(row: DefinitionRow): string {
    return row.definition ?? this.#texts.get(keyOf(row))!;
  }

  /** The definition of a row: an object of its own, whatever callers do with it. */
  parse(row: DefinitionRow): ScheduleDefinition {
    return JSON.parse(this.text(row)) as ScheduleDefinition;
  }
}

export class Definitions {
  /** Those of the schedules that the last look found. Whoever asks the server says so, and reads its answer, with one of these. */
  known: KnownDefinitions = new KnownDefinitions();

  /** Takes the place of what was kept, as far as there is room. */
  keep(rows: readonly (DefinitionRow & { readonly definition: string })[]): void {
    let chars = 0;
    this.known = new KnownDefinitions(rows.filter((row) => (chars += row.definition.length) <= MOST_CHARS));
  }
}

function keyOf({ id, defined }: DefinitionRow): string {
  return `${id} ${defined}`;
}
