/** What is said of jobs and causes that are not there. */

import { formatCause } from "../core/cause.ts";
import { NotFoundError } from "../core/errors.ts";
import type { JobId } from "../core/job.ts";

export function notFound(id: JobId): NotFoundError {
  return new NotFoundError(`There is no job ${id}`, { hint: "gigq list shows what there is" });
}

export function noCause([first, ...more]: readonly number[]): NotFoundError {
  const others = more.length === 0 ? "" : ` (nor ${more.map(formatCause).join(", ")})`;
  return new NotFoundError(`There is no cause ${formatCause(first!)}${others}`, {
    hint: "gigq errors --all shows what there is",
  });
}
