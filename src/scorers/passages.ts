const NUMBER_WORDS = new Map(
  ["two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"].map((word, index) => [
    word,
    String(index + 2),
  ]),
);

/**
 * Folds a text so that the ways people write one thing look alike: lower case, straight quotes and dashes, number words
 * as digits, `1,200` as `1200`, `4 percent` as `4%`, `3 million` as `3m`.
 */
export function foldText(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\u2018\u2019\u02bc]/g, "'")
    .replace(/[\u201c\u201d]/g, '"')
    .replace(/[\u2010-\u2015\u2212]/g, "-")
    .replace(/\*{2,}|[_`#>]+/g, " ")
    .replace(
      /\b(two|three|four|five|six|seven|eight|nine|ten|eleven|twelve)\b/g,
      (word) => NUMBER_WORDS.get(word) ?? word,
    )
    .replace(/(\d)[,\u2009\u202f\u00a0](?=\d{3}(?!\d))/g, "$1")
    .replace(/(\d)\s*(?:%|per ?cent\b)/g, "$1%")
    .replace(/(\d)\s*(?:million|mn)\b/g, "$1m")
    .replace(/(\d)\s*(?:billion|bn)\b/g, "$1b")
    .replace(/([$\u20ac\u00a3])\s+(?=\d)/g, "$1")
    .replace(/\s+/g, " ")
    .trim();
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
  return {
    find(sentences) {
      for (let start = 0; start < sentences.length; start++) {
        const passage = span === 1 ? (sentences[start] as string) : sentences.slice(start, start + span).join(" ");
        if (groups.every((group) => group.test(passage)) && voids?.test(passage) !== true) return start;
      }
      return -1;
    },
  };
}

function alternatives(phrases: readonly string[]): RegExp {
  const bodies = phrases.map((phrase) =>
    foldText(phrase)
      .split(" ")
      .map((word) =>
        word.endsWith("*") ? `${RegExp.escape(word.slice(0, -1))}[\\p{L}\\p{N}'-]*` : RegExp.escape(word),
      )
      .join("[\\s-]+"),
  );
  // A number must not match inside a longer one: 4 in 14, 4.5 or 0.4.
  return new RegExp(`(?<![\\p{L}\\p{N}]|\\d[.])(?:${bodies.join("|")})(?![\\p{L}\\p{N}]|\\.\\d)`, "u");
}
