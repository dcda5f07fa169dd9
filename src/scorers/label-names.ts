import { memo } from "./memo.ts";
import { EXTRA_SPACE } from "./normal.ts";

// Chinese, Japanese and Thai put no space between words, so a name may touch their letters.
const WORD = "[[\\p{L}\\p{N}_\\-]--[\\p{Script=Han}\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Thai}]]";
export const START = `(?<!${WORD})`;
export const END = `(?!${WORD})`;

/** The letters A and I are words of prose: they count only where no ordinary word follows. */
const ARTICLE = "(?!'|\\s(?!(?:is|was|would|seems|fits|matches|because|since|as|and|or|but)\\b)\\p{Ll})";

/** The labels of a task, as patterns. */
export interface LabelNames {
  /** All labels are single characters: they count in prose only as written, in capitals. */
  readonly letters: boolean;
  /** Alternatives of a regular expression (flag `v`), longer labels first: separators as written. */
  readonly strict: string;
  /** As `strict`, but `feature-request` matches `feature request` and `featurerequest` too. */
  readonly loose: string;
  /** Whether any label is named at all. */
  isIn(text: string): boolean;
  /** The label that a folded text is. */
  named(text: string): string | undefined;
}

/** How a label is compared: two that fold alike cannot be told apart, and one that folds to nothing cannot be said. */
export function foldLabel(label: string): string {
  return foldLine(label).toLowerCase();
}

/** Makes the patterns of a list of labels, once for each list. */
export const namesOf = memo((labels: readonly string[]): LabelNames => {
  const folded = labels
    .map((label) => ({ label, name: foldLabel(label) }))
    .sort((a, b) => b.name.length - a.name.length);
  const byName = new Map([
    ...folded.map(({ label, name }) => [squeeze(name), label] as const),
    ...folded.map(({ label, name }) => [name, label] as const),
  ]);
  const letters = folded.every(({ name }) => name.length === 1);
  const capitals = () => folded.map(({ name }) => capital(name.toUpperCase())).join("|");
  return {
    letters,
    strict: letters ? capitals() : folded.map(({ name }) => RegExp.escape(name)).join("|"),
    loose: letters ? capitals() : folded.map(({ name }) => anySeparator(name)).join("|"),
    isIn(text) {
      const squeezed = squeeze(text.toLowerCase());
      return folded.some(({ name }) => squeezed.includes(squeeze(name)));
    },
    named: (text) => byName.get(text.toLowerCase()) ?? byName.get(squeeze(text.toLowerCase())),
  };
});

function capital(letter: string): string {
  return letter === "A" || letter === "I" ? `${letter}${ARTICLE}` : RegExp.escape(letter);
}

function anySeparator(name: string): string {
  return name
    .split(/[\s-]+/)
    .map(RegExp.escape)
    .join("[\\s\\-]?");
}

function squeeze(name: string): string {
  return name.replace(/[\s-]+/g, "");
}

/** The lines of a reply without Markdown, hidden characters, and quotes or stops around them. Case is kept. */
export function foldLines(text: string): string[] {
  return text
    .split("\n")
    .map(foldLine)
    .filter((line) => line !== "");
}

function foldLine(line: string): string {
  const flat = line
    .normalize("NFKC")
    .replace(/\p{Cf}+/gu, "")
    .replace(/^[\s#>+•-]+\s/u, "")
    .replace(/(?<=[\p{L}\p{N}])_(?=[\p{L}\p{N}])/gu, "-")
    .replace(/[*_`]+/g, "")
    .replace(/[\u2010-\u2015]/g, "-")
    .replace(/[\u2018\u2019]/g, "'")
    .replace(EXTRA_SPACE, " ");
  return trimmed(flat);
}

const OPENING = " \"'“”„‘’«»‹›([「『";
const CLOSING = " \"'“”„‘’«»‹›)]」』.!?,;:。！？、…";

// Not a regular expression: one that looks for a run at the end takes quadratic time over runs elsewhere.
function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && OPENING.includes(text[start] as string)) start += 1;
  while (end > start && CLOSING.includes(text[end - 1] as string)) end -= 1;
  return text.slice(start, end);
}
