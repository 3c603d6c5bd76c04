/** How wide text is on a terminal, in columns. */

const ASCII = /^[\x20-\x7e]*$/;

// East Asian wide and fullwidth letters, and emoji that are drawn as pictures by default: two columns each.
const WIDE = new RegExp(
  "[\\u1100-\\u115f\\u2e80-\\u303e\\u3041-\\u33ff\\u3400-\\u4dbf\\u4e00-\\u9fff\\ua000-\\ua4cf\\ua960-\\ua97f" +
    "\\uac00-\\ud7a3\\uf900-\\ufaff\\ufe30-\\ufe6f\\uff00-\\uff60\\uffe0-\\uffe6\\u{1f300}-\\u{1f64f}" +
    "\\u{1f680}-\\u{1f6ff}\\u{1f900}-\\u{1faff}\\u{20000}-\\u{3fffd}]|\\p{Emoji_Presentation}|\\ufe0f",
  "u",
);
/** Drawn over the letter before, or not at all. */
const ZERO = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;

const segmenter = new Intl.Segmenter(undefined, { granularity: "grapheme" });

function letters(text: string): Iterable<string> {
  return Iterator.from(segmenter.segment(text)).map(({ segment }) => segment);
}

function letterWidth(letter: string): number {
  if (ZERO.test(letter)) return 0;
  return WIDE.test(letter) ? 2 : 1;
}

/** Columns that a line of text takes. */
export function textWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const letter of letters(text)) width += letterWidth(letter);
  return width;
}

/** Cuts a line to at most `width` columns, ending in `…` where something was cut. */
export function cutText(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  let cut = "";
  let used = 0;
  for (const letter of letters(text)) {
    used += letterWidth(letter);
    if (used > width - 1) break;
    cut += letter;
  }
  return width < 1 ? "" : `${cut}…`;
}
