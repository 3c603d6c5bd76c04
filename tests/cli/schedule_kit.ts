/** For tests of schedules on the command line, whose output depends on the present. */

export const NEW_YEAR = "2040-01-01";
/** Far ahead, in a zone: what is printed does not depend on the day of the test. */
export const FIXED = ["--tz", "Europe/Prague", "--from", NEW_YEAR];

/** The same whenever it is printed. */
export function timeless(text: string): string {
  return text.replaceAll(/\bin \d+[a-z]\w*/g, "in AWAY").replaceAll(/\b\d+[a-z]\w* ago|\bnow\b/g, "AGO")
    .replaceAll(/\(in AWAY\)/g, "(AWAY)").replaceAll(/(?<=\S) {2,}/g, "  ");
}
