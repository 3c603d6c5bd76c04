/** What `systemd-analyze calendar` says. */

/** Whether it is installed here. */
export async function hasSystemd(): Promise<boolean> {
  try {
    return (await new Deno.Command("systemd-analyze", { args: ["--version"], stdout: "null", stderr: "null" })
      .output())
      .success;
  } catch {
    return false;
  }
}

/**
 * The next times of some expressions in a zone after one, in milliseconds since the epoch. The zone is that of the
 * program, not of the expressions: for one of those, it starts a process for each time.
 */
export async function systemdTimes(
  expressions: readonly string[],
  zone: string,
  after: number,
  count: number,
): Promise<number[][]> {
  const base = `${new Date(after).toISOString().slice(0, 19).replace("T", " ")} UTC`;
  const { stdout, success, stderr } = await new Deno.Command("systemd-analyze", {
    args: ["calendar", `--base-time=${base}`, `--iterations=${count}`, ...expressions],
    env: { TZ: zone, LC_ALL: "C" },
  }).output();
  if (!success) throw new Error(new TextDecoder().decode(stderr));
  const blocks = new TextDecoder().decode(stdout).trim().split("\n\n");
  if (blocks.length !== expressions.length) {
    throw new Error(`${blocks.length} answers for ${expressions.length}`);
  }
  return blocks.map((block) => {
    // Elsewhere than in UTC, each local time is said again in UTC.
    const times = [...block.matchAll(
      /(?:elapse|#\d+|\(in UTC\)): \w{3} (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d) UTC/g,
    )].map(([, day, time]) => Date.parse(`${day}T${time}Z`));
    if (times.length === 0) throw new Error(`No times in ${block}`);
    return times;
  });
}
