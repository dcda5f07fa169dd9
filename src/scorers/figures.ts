import { computations } from "./arithmetic.ts";
import { wordsToDigits } from "./number-words.ts";
import { foldNumbers, type StatedNumber, statedNumbers } from "./numbers.ts";

/** Numbers that an answer may state, in rising order. */
export type KnownFigures = readonly number[];

const IN_WORDS: Readonly<Record<string, number>> = Object.fromEntries(
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty"
    .split(" ")
    .map((word, value) => [word, value]),
);
const MORE_WORDS = {
  dozen: 12,
  thirty: 30,
  forty: 40,
  fifty: 50,
  sixty: 60,
  seventy: 70,
  eighty: 80,
  ninety: 90,
  hundred: 100,
  half: 0.5,
  third: 1 / 3,
  quarter: 0.25,
  fifth: 0.2,
  tenth: 0.1,
};
const WORDS: Readonly<Record<string, number>> = { ...IN_WORDS, ...MORE_WORDS };
const WORD = new RegExp(`\\b(?:${Object.keys(WORDS).join("|")})\\b`, "giu");

/** The numbers that texts state, as digits or as words, and those that are given as they are. */
export function knownFigures(texts: readonly string[], given: readonly number[]): KnownFigures {
  const known = new Set(given.map(Math.abs));
  for (const text of texts) {
    const folded = foldNumbers(text);
    for (const { value } of statedNumbers(wordsToDigits(folded))) known.add(Math.abs(value));
    for (const [word] of folded.matchAll(WORD)) known.add(WORDS[word.toLowerCase()] ?? 0);
  }
  return [...known].sort((a, b) => a - b);
}

/** `1.` at the start of a line, `[S1]` and `[2]`, and what stands in an address. */
const NO_FIGURE = /^\s*(?:[-*#>]\s*)*\d{1,3}[.)](?=\s)|\[[^\][\n]{0,40}\]|\bhttps?:\/\/\S+/gmu;

/** Whether a text states a figure that somebody may ask to see the source of. */
export function statesFigure(text: string): boolean {
  const folded = foldNumbers(text).replace(NO_FIGURE, " ");
  return statedNumbers(folded).some((number) => !isFree(number));
}

/** Counts of things are the answer's own: "3 suppliers". Amounts of money and shares are not. */
const FREE_COUNT = 10;
const HEDGE =
  /(?:\b(?:about|around|roughly|approximately|approx\.?|nearly|almost|some|circa|ca\.|over|under|above|below|more than|less than|at least|up to|close to|just|rund|etwa|fast|gut|knapp|environ|unos)|[~≈><≥≤])\s*(?:[$€£¥₹]|EUR|USD|GBP)?\s*$/iu;

/** The figures of an answer that are not known and that no computation in it gives, as written. Each once. */
export function inventedFigures(answer: string, known: KnownFigures): string[] {
  const text = wordsToDigits(foldNumbers(answer).replace(NO_FIGURE, (found) => " ".repeat(found.length)));
  const numbers = statedNumbers(text);
  const derived = derivedFigures(text, numbers, known);
  const invented = new Map<number, string>();
  for (const number of numbers) {
    if (isFree(number)) continue;
    const step = stepOf(number, text);
    if (isKnown(number, step, known) || isKnown(number, step, derived)) continue;
    if (!invented.has(number.value)) invented.set(number.value, wordsOf(number, text));
  }
  return [...invented.values()];
}

function isFree({ value, step, unit }: StatedNumber): boolean {
  return (
    step === 1 && Math.abs(value) <= FREE_COUNT && unit !== "%" && !(unit !== undefined && /^[A-Z]{3}$/.test(unit))
  );
}

/** What the computations give that an answer writes out with numbers it may state, one building on another. */
function derivedFigures(text: string, numbers: readonly StatedNumber[], known: KnownFigures): KnownFigures {
  const derived: number[] = [];
  for (const { value, operands } of computations(text, numbers)) {
    const rests = operands.every((number) => {
      if (isOrdinary(number)) return true;
      const step = stepOf(number, text);
      return isKnown(number, step, known) || isKnown(number, step, derived);
    });
    if (!rests) continue;
    derived.push(Math.abs(value), Math.abs(value) * 100);
    derived.sort((a, b) => a - b);
  }
  return derived;
}

/** Numbers that belong to computing: months, weeks, days, hours, per cent. */
const ORDINARY = new Set([12, 24, 30, 31, 52, 60, 100, 365, 366, 1_000, 1e6]);

function isOrdinary(number: StatedNumber): boolean {
  return isFree(number) || ORDINARY.has(number.value);
}

/** How exactly a number is meant. */
function stepOf({ value, step, start }: StatedNumber, text: string): number {
  return HEDGE.test(text.slice(Math.max(0, start - 24), start)) ? roundStep(Math.abs(value)) : step;
}

/** Whether a number is one of the known, rounded as it is meant, as it stands or as a share of 100. */
function isKnown(number: StatedNumber, step: number, known: KnownFigures): boolean {
  const value = Math.abs(number.value);
  const half = Math.max(step, 0) / 2 + 1e-9 * value;
  if (hasNear(known, value, half)) return true;
  if (number.unit === "%") return hasNear(known, value / 100, half / 100);
  // 4.9m where nothing says that it is money.
  if (/^[mb]n?$/.test(number.unit ?? "")) {
    const factor = number.unit?.startsWith("m") === true ? 1e6 : 1e9;
    return hasNear(known, value * factor, half * factor);
  }
  return number.step < 1 && value <= 1 && hasNear(known, value * 100, half * 100);
}

/** One in the last place of a round number that is not 0, and no more than a tenth of it. */
function roundStep(value: number): number {
  let step = 1;
  while (value >= 10 * step && value % (10 * step) === 0) step *= 10;
  return Math.min(2 * step, value / 5);
}

function hasNear(known: KnownFigures, value: number, half: number): boolean {
  let low = 0;
  let high = known.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((known[middle] as number) < value - half) low = middle + 1;
    else high = middle;
  }
  const nearest = known[low];
  return nearest !== undefined && nearest <= value + half;
}

function wordsOf({ start, end, unit }: StatedNumber, text: string): string {
  const currency = unit !== undefined && unit !== "%" && /^[A-Z]{3}$/.test(unit) ? ` ${unit}` : "";
  return `${text.slice(start, end)}${currency}`;
}
