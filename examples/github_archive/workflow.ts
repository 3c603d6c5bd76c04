/**
 * A day of GitHub: one job an hour, which counts its events, and a report over all of them.
 *
 *     gigq run examples/github_archive/workflow.ts -p date=2015-01-01 -p hours=0-23
 */

import { module, type Workflow, workflow } from "../../mod.ts";
import { readOptions } from "./options.ts";

/** Makes the workflow; called by `gigq run` with what `-p` gave. */
export default function archive(params: Record<string, string>): Workflow {
  const { date, hours, source, work } = readOptions(params);
  const wf = workflow("github-archive");
  const steps = hours.map((hour) =>
    wf.add(
      module("./hour.ts#countHour", { date, hour, source, work }, { timeout: "30m" }, import.meta.url),
      { name: `hour-${hour}` },
    )
  );
  // The report is made of whatever hours there are: a missing one must not cost the others.
  wf.add(module("./report.ts#report", { date, hours }, {}, import.meta.url), {
    name: "report",
    after: steps,
    on: "finished",
  });
  return wf;
}
