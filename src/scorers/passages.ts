import { EXTRA_SPACE } from "./normal.ts";

const UNITS = "one two three four five six seven eight nine".split(" ");
const TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(" ");
const TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
const NUMBER_WORDS = new Map([
  ...[...UNITS, ...TEENS].map((word, index) => [word, index + 1] as const),
  ...TENS.map((word, index) => [word, 10 * (index + 2)] as const),
]);
/** Numbers in words up to 99. A lone "one" is more often no number, and stays. */
const IN_WORDS = new RegExp(
  `\\b(?:(${TENS.join("|")})(?:-(${UNITS.join("|")}))?|(${[...UNITS.slice(1), ...TEENS].join("|")}))\\b`,
  "g",
);

/**
 * Folds a text so that the ways people write one thing look alike: lower case, straight quotes and dashes, number words
 * as digits, `1,200` as `1200`, `4.0 percent` as `4%`, `3 million` as `3m`. A decimal comma stays.
 */
export function foldText(text: string): string {
  return (
    text
      // Before NFKC, which makes a plain space of these; and a plain space does not join two numbers.
      .replace(/(?<=\d)[\u2009\u202f\u00a0](?=\d{3}(?!\d))/g, "")
      .normalize("NFKC")
      .toLowerCase()
      .replace(/[\u2018\u2019\u02bc]/g, "'")
      .replace(/[\u201c\u201d]/g, '"')
      .replace(/[\u2010-\u2015\u2212]/g, "-")
      .replace(/\*{2,}|[_`#>]+/g, " ")
      .replace(EXTRA_SPACE, " ")
      .replace(IN_WORDS, (...words) => {
        const value = (at: number) => NUMBER_WORDS.get(words[at]) ?? 0;
        return String(value(1) + value(2) + value(3));
      })
      .replace(/(?<=\d),(?=\d{3}(?!\d))/g, "")
      .replace(/(?<=\d) ?(?:%|per ?cent\b)/g, "%")
      .replace(/(?<=\d)\.0{1,4}(?=%)|(?<=\.\d{1,4})0{1,4}(?=%)/g, "")
      .replace(/(?<=\d)[ -]?(?:millions?|mn)\b/g, "m")
      .replace(/(?<=\d)[ -]?(?:billions?|bn)\b/g, "b")
      .replace(/(?<=[$\u20ac\u00a3]) (?=\d)/g, "")
      .trim()
  );
}

/** The folded sentences of a text; a line break ends a sentence as well, so that list items stand alone. */
export function foldedSentences(text: string): string[] {
  return text
    .split(/(?<=[.!?;])["')\]]*\s+|\n+/)
    .map(foldText)
    .filter((sentence) => sentence !== "");
}

/** What a passage must say: of every group, any alternative; `unless` voids it. `word*` matches any ending. */
export interface Pattern {
  readonly match: readonly (readonly string[])[];
  readonly unless?: readonly string[] | undefined;
}

export interface CompiledPattern {
  /** Index of the first sentence of the passage that says it, or -1. */
  find(sentences: readonly string[]): number;
}

/** @param span how many neighbouring sentences make a passage */
export function compilePattern(pattern: Pattern, span: number): CompiledPattern {
  const groups = pattern.match.map(alternatives);
  const voids = pattern.unless === undefined || pattern.unless.length === 0 ? undefined : alternatives(pattern.unless);
  const says = (passage: string) => groups.every((group) => group.test(passage));
  return {
    find(sentences) {
      const passageOf = (start: number, end: number) =>
        end - start === 1 ? (sentences[start] as string) : sentences.slice(start, end).join(" ");
      for (let start = 0; start < sentences.length; start++) {
        const end = Math.min(start + span, sentences.length);
        const passage = passageOf(start, end);
        if (!says(passage) || voids?.test(passage) === true) continue;
        // The sentences in front that it does without are not part of what says it.
        let first = start;
        while (first + 1 < end && says(passageOf(first + 1, end))) first += 1;
        return first;
      }
      return -1;
    },
  };
}

/** Longest ending that `word*` stands for, and longest gap between words: bounds that keep matching linear in the text. */
const ENDING = "[\\p{L}\\p{N}'-]{0,40}";
const GAP = "[\\s-]{1,3}";
/** Not 4 in 14, 4.5, 0.4 or 4,5; not "cat" in "category". */
const START = "(?<![\\p{L}\\p{N}]|\\d[.,])";
const END = "(?![\\p{L}\\p{N}]|[.,]\\d)";

function alternatives(phrases: readonly string[]): RegExp {
  const isWord = (phrase: string) => /^[\p{L}\p{N}](?:.*[\p{L}\p{N}*])?$/u.test(phrase);
  const folded = phrases.map(foldText);
  const words = folded.filter(isWord).map(bodyOf);
  // A sign, such as a question mark or a currency, may touch a word on its side.
  const signs = folded
    .filter((phrase) => !isWord(phrase))
    .map(
      (phrase) =>
        `${/^[\p{L}\p{N}]/u.test(phrase) ? START : ""}${bodyOf(phrase)}${/[\p{L}\p{N}*]$/u.test(phrase) ? END : ""}`,
    );
  // One border around all words: a border each makes matching five times slower.
  const bordered = words.length === 0 ? [] : [`${START}(?:${words.join("|")})${END}`];
  return new RegExp([...bordered, ...signs].join("|"), "u");
}

// "set up" finds "set-up", and the other way round; the hyphen of a range or a sign stays.
function bodyOf(phrase: string): string {
  return phrase
    .split(/ |(?<=\p{L})-(?=\p{L})/u)
    .map((word) => (word.endsWith("*") ? `${RegExp.escape(word.slice(0, -1))}${ENDING}` : RegExp.escape(word)))
    .join(GAP);
}
