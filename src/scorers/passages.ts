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
  const says = (passage: string) => groups.every((isIn) => isIn(passage));
  return {
    find(sentences) {
      const passageOf = (start: number, end: number) =>
        end - start === 1 ? (sentences[start] as string) : sentences.slice(start, end).join(" ");
      for (let start = 0; start < sentences.length; start++) {
        const end = Math.min(start + span, sentences.length);
        const passage = passageOf(start, end);
        if (!says(passage) || voids?.(passage) === true) continue;
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
const ENDING = "{0,40}";
const GAP = "[\\s-]{1,3}";

/** What of a regular expression is a letter or a digit, as the inside of a class. */
interface Alphabet {
  readonly members: string;
  readonly flags: string;
}

const UNICODE: Alphabet = { members: "\\p{L}\\p{N}", flags: "u" };
/**
 * The same of {@link isPlain} texts, which most are. All of Unicode's letters and digits are eight hundred ranges: an expression
 * that names them thrice takes half a millisecond to compile, thirty times as long, and a suite has thousands of expressions.
 */
const PLAIN: Alphabet = {
  members: "0-9A-Za-z\\xaa\\xb2\\xb3\\xb5\\xb9\\xba\\xbc-\\xbe\\xc0-\\xd6\\xd8-\\xf6\\xf8-\\xff",
  flags: "",
};
/** Latin-1, punctuation, currencies, arrows and operators. */
const isPlain = (text: string) => /^[\0-\xff\u2010-\u205e\u20a0-\u20c0\u2190-\u22ff]*$/.test(text);

/** Tells whether a text has any of some phrases. Compiled when the first text of its kind is asked about. */
function alternatives(phrases: readonly string[]): (text: string) => boolean {
  const folded = phrases.map(foldText);
  let plain: RegExp | undefined;
  let unicode: RegExp | undefined;
  return (text) => {
    if (isPlain(text)) {
      plain ??= expression(folded, PLAIN);
      return plain.test(text);
    }
    unicode ??= expression(folded, UNICODE);
    return unicode.test(text);
  };
}

const WORD = /^[\p{L}\p{N}](?:.*[\p{L}\p{N}*])?$/u;

function expression(folded: readonly string[], { members, flags }: Alphabet): RegExp {
  // Not 4 in 14, 4.5, 0.4 or 4,5; not "cat" in "category".
  const start = `(?<![${members}]|\\d[.,])`;
  const end = `(?![${members}]|[.,]\\d)`;
  const bodyOf = (phrase: string) => spelled(phrase, members);
  const words = folded.filter((phrase) => WORD.test(phrase)).map(bodyOf);
  // A sign, such as a question mark or a currency, may touch a word on its side.
  const signs = folded
    .filter((phrase) => !WORD.test(phrase))
    .map(
      (phrase) =>
        `${/^[\p{L}\p{N}]/u.test(phrase) ? start : ""}${bodyOf(phrase)}${/[\p{L}\p{N}*]$/u.test(phrase) ? end : ""}`,
    );
  // One border around all words: a border each makes matching five times slower.
  const bordered = words.length === 0 ? [] : [`${start}(?:${words.join("|")})${end}`];
  return new RegExp([...bordered, ...signs].join("|"), flags);
}

// "set up" finds "set-up", and the other way round; the hyphen of a range or a sign stays.
function spelled(phrase: string, members: string): string {
  return phrase
    .split(/ |(?<=\p{L})-(?=\p{L})/u)
    .map((word) => {
      if (!word.endsWith("*")) return RegExp.escape(word);
      return `${RegExp.escape(word.slice(0, -1))}[${members}'-]${ENDING}`;
    })
    .join(GAP);
}
