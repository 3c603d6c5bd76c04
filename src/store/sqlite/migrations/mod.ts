/** All migrations, oldest first. The first brings a file to version 1, and so on. */

import { SQL as initial } from "./0001_initial.ts";
import { SQL as failures } from "./0002_failures.ts";
import { SQL as transfer } from "./0003_transfer.ts";
import { SQL as schedules } from "./0004_schedules.ts";

export const MIGRATIONS: readonly string[] = [initial, failures, transfer, schedules];
