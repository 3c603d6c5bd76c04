/** All migrations, oldest first. The first brings a schema to version 1, and so on. */

import { SQL as initial } from "./0001_initial.ts";
import { SQL as schedules } from "./0002_schedules.ts";

export const MIGRATIONS: readonly string[] = [initial, schedules];
