const NAMES =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen";
const TENS = "twenty thirty forty fifty sixty seventy eighty ninety";
const MAGNITUDES: ReadonlyMap<string, number> = new Map([
  ["thousand", 1e3],
  ["million", 1e6],
  ["billion", 1e9],
  ["trillion", 1e12],
]);
const VALUES: ReadonlyMap<string, number> = new Map([
  ...NAMES.split(" ").map((name, value) => [name, value] as const),
  ...TENS.split(" ").map((name, at) => [name, 20 + 10 * at] as const),
]);

const SCALE = ["hundred", ...MAGNITUDES.keys()].join("|");
const WORD = `(?:${[...VALUES.keys()].join("|")}|${SCALE})(?![\\p{L}\\p{N}])`;
/** Words of numbers in a row, with what may join them. */
const RUN = new RegExp(
  `(?<![\\p{L}\\p{N}])(?:an? (?=(?:${SCALE})(?!\\p{L})))?${WORD}(?:(?:[ -]| point |(?<=${SCALE})(?: and |, (?:and )?))${WORD})*`,
  "giu",
);

/** By their first letters: twice as quick. */
const BY_LETTER = Map.groupBy([...VALUES.keys(), ...SCALE.split("|")], (word) => word.charAt(0));
const ANY_OF = [...BY_LETTER].map(([letter, words]) => `${letter}(?:${words.map((word) => word.slice(1)).join("|")})`);
const ANY = new RegExp(`\\b(?:${ANY_OF.join("|")})\\b`, "i");

const PARTS =
  "half|halves|thirds?|quarters?|fourths?|fifths?|sixths?|sevenths?|eighths?|ninths?|tenths?|hundredths?|thousandths?|millionths?|\\p{L}+(?:teenths?|tieths?)";
/** What makes something else of the number before it: a compound word, a fraction, an ordinal, a dozen, a guess. */
const ELSE_AFTER = new RegExp(
  `^(?:-\\p{L}|[ -](?:and )?(?:${PARTS}|first|dozen|score|odd|or so|and a)(?!\\p{L}))`,
  "iu",
);
const ELSE_BEFORE = /(?:\p{L}-|(?<!\p{L})(?:point|half|half an?|quarter of)\s)$/iu;

/**
 * A text with its English cardinals in digits: "two hundred and six" is 206, "one point five million" is 1.5 million.
 * What is no cardinal, or may be none, stays as it is: "two thirds", "twenty-first", "two dozen", "nineteen eighty", and
 * "one" unless it must be the number.
 */
export function wordsToDigits(text: string): string {
  // Most texts end here.
  return ANY.test(text) ? converted(text) : text;
}

function converted(text: string): string {
  return text.replace(RUN, (run: string, at: number) => {
    const before = text.slice(Math.max(0, at - 24), at);
    const after = text.slice(at + run.length, at + run.length + 24);
    if (ELSE_AFTER.test(after) || ELSE_BEFORE.test(before)) return run;
    if (run.toLowerCase() === "one" && !isCount(before, after)) return run;
    // "One hundred and two hundred" are two numbers.
    return (
      digitsOf(run) ??
      run
        .split(/( and )/i)
        .map((part) => digitsOf(part) ?? part)
        .join("")
    );
  });
}

/** Whether "one" is the number of something: it ends a statement of how many, stands alone, or measures. */
function isCount(before: string, after: string): boolean {
  if (/(?<!\p{L})(?:minus|negative|exactly) $/iu.test(before) || /^ ?(?:%|per ?cent)/iu.test(after)) return true;
  if (
    /^ (?:hour|minute|second|day|week|month|year|euro|dollar|kilo\p{L}+|met(?:er|re)|mile|foot)(?: and |[.!]?\s*(?:$|\n))/iu.test(
      after,
    )
  )
    return true;
  const isStated = /(?:^|\n|[:=]|(?<!\p{L})(?:is|are|equals|only|just))[\s*"']*$/iu.test(before);
  return isStated && /^["'*]*[.!]?["'*]*\s*(?:$|\n)/u.test(after);
}

/** A run as {@link wordsToDigits} writes it, or undefined where its words are no one number. */
function digitsOf(run: string): string | undefined {
  const words = run
    .toLowerCase()
    .replace(/^an? /, "one ")
    .replaceAll(" and ", " ")
    .split(/, |[ -]/);
  const point = words.indexOf("point");
  if (point < 0) return cardinal(words);
  const whole = cardinal(words.slice(0, point));
  const places = words.slice(point + 1);
  const scale = MAGNITUDES.has(places.at(-1) ?? "") ? ` ${places.pop()}` : "";
  const digits = places.map((word) => VALUES.get(word) ?? Number.NaN);
  const isFraction = digits.length > 0 && digits.every((digit) => digit < 10);
  return whole === undefined || !/^\d+$/.test(whole) || !isFraction ? undefined : `${whole}.${digits.join("")}${scale}`;
}

/** Thousands and millions keep their word where they are all: it says how exactly the number is meant. */
function cardinal(words: readonly string[]): string | undefined {
  let total = 0;
  let group: number | undefined;
  /** The next part must be less. */
  let room = 100;
  let limit = Number.POSITIVE_INFINITY;
  for (const word of words) {
    const value = VALUES.get(word);
    const magnitude = MAGNITUDES.get(word);
    if (value !== undefined) {
      if (value >= room || (value === 0 && words.length > 1)) return undefined;
      group = (group ?? 0) + value;
      room = value < 20 ? 0 : 10;
    } else if (group === undefined || group === 0) return undefined;
    else if (magnitude === undefined) {
      if (group >= 100) return undefined;
      group *= 100;
      room = 100;
    } else {
      if (magnitude >= limit) return undefined;
      if (words.at(-1) === word && total === 0) return `${group} ${word}`;
      total += group * magnitude;
      group = undefined;
      room = 100;
      limit = magnitude;
    }
  }
  return String(total + (group ?? 0));
}
