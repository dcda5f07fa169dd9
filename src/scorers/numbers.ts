import { isAscii } from "./normal.ts";

/** A number as a text states it. */
export interface StatedNumber {
  /** With its sign, its fraction and its "million". */
  readonly value: number;
  /** One in the last place that is written: 0.01 for 4.90, 1e5 for "4.9 million". */
  readonly step: number;
  /** `%`, a currency's code (`EUR`), or the word that follows. */
  readonly unit: string | undefined;
  /** Where it stands in the text that {@link foldNumbers} gave. */
  readonly start: number;
  readonly end: number;
}

/** Whether 1,234 is a thousand or so (`.` marks the decimals), or one and a bit (`,` does). */
export type DecimalMark = "." | ",";

type Fold = readonly [RegExp, string | ((found: string) => string)];

// Before NFKC, which makes 10² a hundred and two, 1½ eleven halves, and a thin space one that parts numbers.
const BEFORE_NFKC: readonly Fold[] = [
  [/(?<=\d)[\u00a0\u2009\u202f](?=\d{3}(?!\d))/g, ""],
  [/[⁺⁻]?[⁰¹²³⁴-⁹]+/g, (found) => `^${found}`],
  [/(?<=\d)(?=[¼-¾⅐-⅞])/g, " "],
];
const AFTER_NFKC: readonly Fold[] = [
  [/(?![0-9])\p{Nd}/gu, digitOf],
  [/٬/g, ","],
  [/٫/g, "."],
  [/[\u2010-\u2015\u2212]/g, "-"],
  [/[\u2018\u2019]/g, "'"],
];
const OF_ASCII: readonly Fold[] = [
  [/\\d?frac\{([\d.]+)\}\{([\d.]+)\}/g, "$1/$2"],
  [/(?<=\d)\{,\}(?=\d)/g, ","],
  [/\\([$%,])/g, "$1"],
  // Spaces part thousands only where that is the only reading.
  [/(?<![\d.,])\d{1,3}(?: \d{3}){2,}(?![\d])/g, (found) => found.replaceAll(" ", "")],
];

/** The rules read an answer one after the other: the last text is wanted again at once. */
let last = { text: "", folded: "" };

/** A text with its numbers written as {@link statedNumbers} reads them. */
export function foldNumbers(text: string): string {
  if (text !== last.text) last = { text, folded: folded(text) };
  return last.folded;
}

function folded(text: string): string {
  const plain = isAscii(text) ? text : foldAll(foldAll(text, BEFORE_NFKC).normalize("NFKC"), AFTER_NFKC);
  return foldAll(plain, OF_ASCII);
}

function foldAll(text: string, folds: readonly Fold[]): string {
  return folds.reduce((left, [pattern, by]) => left.replace(pattern, by as string), text);
}

// Each script has its ten digits in a row.
function digitOf(digit: string): string {
  const code = digit.codePointAt(0) ?? 0;
  let zero = code;
  while (zero > code - 9 && /\p{Nd}/u.test(String.fromCodePoint(zero - 1))) zero -= 1;
  return String(code - zero);
}

/** Not S1, x86, COVID-19 or the end of v1.2.3; but EUR5. */
const NUMBER =
  /(?:(?<![\p{L}\p{N}_^]|\p{L}-|\d\.)|(?<=(?<!\p{L})(?:EUR|USD|GBP|CHF|JPY|INR)))(?:(?<![.\d])\.)?\d(?:[\d.,']*\d)?/gu;

/**
 * The numbers of a text, in their order: 1,234.5 and 1.234,5, 1'234, −5, "minus 5", 4 %, $1.2 million, 3k, 1.2e6,
 * 1.2 × 10^6, ½, 3/4. Dates of dots and versions are none.
 * @param text from {@link foldNumbers}
 */
export function statedNumbers(text: string, decimal: DecimalMark = "."): StatedNumber[] {
  const found: StatedNumber[] = [];
  for (const { 0: raw, index } of text.matchAll(NUMBER)) {
    const last = found.at(-1);
    // What an exponent or a fraction has taken.
    if (last !== undefined && index < last.end) continue;
    for (const part of partsOf(raw, decimal)) {
      const number = numberAt(text, part, index + part.offset);
      if (number === undefined) continue;
      const whole = found.at(-1);
      if (whole !== undefined && isMixed(text, whole, number)) {
        found[found.length - 1] = {
          ...number,
          value: whole.value + Math.sign(whole.value || 1) * number.value,
          start: whole.start,
        };
      } else found.push(number);
    }
  }
  return found;
}

interface Part {
  readonly digits: string;
  readonly length: number;
  readonly offset: number;
}

/** What a run of digits, points and commas says: a number, or several that commas part, or none. */
function partsOf(raw: string, decimal: DecimalMark): Part[] {
  const digits = plainDigits(raw, decimal);
  if (digits !== undefined) return [{ digits, length: raw.length, offset: 0 }];
  if (!raw.includes(",")) return [];
  let offset = 0;
  return raw.split(",").flatMap((piece) => {
    const part = { digits: plainDigits(piece, decimal), length: piece.length, offset };
    offset += piece.length + 1;
    return part.digits === undefined ? [] : [{ ...part, digits: part.digits }];
  });
}

const GROUPED = /^\d{1,3}([,.'])(?:\d{3}\1)*\d{3}$/;
/** 12,34,567: lakh and crore. */
const INDIAN = /^\d{1,2}(?:,\d{2})+,\d{3}$/;

/** Digits with a point for the decimals, or undefined where it is no number. */
function plainDigits(raw: string, decimal: DecimalMark): string | undefined {
  if (/^\.?\d+$/.test(raw)) return raw;
  const at = Math.max(raw.lastIndexOf("."), raw.lastIndexOf(","));
  const mark = raw[at];
  const head = raw.slice(0, at);
  const isOnly = mark !== undefined && !head.includes(mark);
  const isGrouped = GROUPED.test(raw) || INDIAN.test(raw);
  // 1,234 is one thing or the other; 0,123 and 1,23 are only one.
  const isThousands = isGrouped && !(isOnly && (mark === decimal || raw.startsWith("0")));
  if (isThousands) return raw.replace(/[,.']/g, "");
  if (!isOnly) return undefined;
  const isWhole = /^\d+$/.test(head) || ((GROUPED.test(head) || INDIAN.test(head)) && !head.includes(mark));
  return isWhole ? `${head.replace(/[,.']/g, "")}.${raw.slice(at + 1)}` : undefined;
}

const EXPONENT = /e([+-]?\d{1,3})(?![\p{L}\p{N}])/iuy;
const TIMES_TEN = /\s*(?:[x×·*]|\\times|\\cdot)\s*10\^\{?\(?([+-]?\d{1,3})\)?\}?/uy;
const POWER = /\^\{?(\d{1,3})\}?/uy;
const FRACTION = /[/\u2044](\d{1,9})(?![/.,\u2044]?\d)/uy;
const MAGNITUDE =
  /[ -]?(hundred|thousand|million(?:en|s)?|billions?|trillions?|milliarden?|tausend|mio|mrd|bn|mn|tn)(?![\p{L}\p{N}])\.?/iuy;
const SHORT_MAGNITUDE = /([kKMB]|[mb](?=[^\p{L}\p{N}]|$))(?![\p{L}\p{N}])/uy;
const PERCENT = /\s?(?:%|per ?cent(?!\p{L})|pct(?!\p{L})|prozent(?!\p{L}))/iuy;
const UNIT =
  /\s?(degrees? (?:[Cc](?:elsius|entigrade)?|[Ff](?:ahrenheit)?|[Kk](?:elvin)?)(?!\p{L})|[\p{L}°'"µ][\p{L}°]{0,20}(?:\^?[23](?!\d))?(?:\/\p{L}{1,10})?|[$€£¥₹])/uy;
const CURRENCY_BEFORE = /(?:([$€£¥₹])|(?<!\p{L})(EUR|USD|GBP|CHF|JPY|INR)) ?$/u;
const MINUS_BEFORE = /(?:(?<![\p{L}\p{N}%)\]])-|(?<!\p{L})(?:minus|negative) )$/iu;

/** What ends a currency, or a minus in a sign or a word, before a number. */
const LAST_BEFORE = "-$€£¥₹RDPFYsSeE";

const MAGNITUDES: Readonly<Record<string, number>> = {
  h: 1e2,
  th: 1e3,
  ta: 1e3,
  k: 1e3,
  mi: 1e6,
  mn: 1e6,
  m: 1e6,
  b: 1e9,
  bn: 1e9,
  bi: 1e9,
  mrd: 1e9,
  milliard: 1e9,
  t: 1e12,
  tr: 1e12,
  tn: 1e12,
};

/** `milliard` is no million: longest first. */
function magnitudeOf(word: string): number {
  const lower = word.toLowerCase();
  const key = Object.keys(MAGNITUDES)
    .sort((a, b) => b.length - a.length)
    .find((start) => lower.startsWith(start));
  return key === undefined ? 1 : (MAGNITUDES[key] ?? 1);
}

const CURRENCIES: Readonly<Record<string, string>> = {
  $: "USD",
  "€": "EUR",
  "£": "GBP",
  "¥": "JPY",
  "₹": "INR",
  dollar: "USD",
  dollars: "USD",
  euro: "EUR",
  euros: "EUR",
  pounds: "GBP",
  francs: "CHF",
  yen: "JPY",
};
const DEGREES = /^degrees? (?=[cfk])/i;

/** The code of a currency, or the word itself. */
export function unitName(word: string): string {
  if (DEGREES.test(word)) return `°${word.replace(DEGREES, "").charAt(0).toUpperCase()}`;
  const lower = word.toLowerCase();
  return Object.hasOwn(CURRENCIES, lower) ? (CURRENCIES[lower] ?? word) : word;
}

/** What stands before and after a run of digits belongs to the number. Undefined where it is beyond counting. */
function numberAt(text: string, { digits, length }: Part, start: number): StatedNumber | undefined {
  let end = start + length;
  // Most numbers have nothing of all that, and a look at one character is cheaper than a pattern.
  const take = (pattern: RegExp, begins?: string): RegExpExecArray | null => {
    if (begins !== undefined && !begins.includes(text[end] ?? " ")) return null;
    pattern.lastIndex = end;
    const hit = pattern.exec(text);
    if (hit !== null) end = pattern.lastIndex;
    return hit;
  };
  const before = LAST_BEFORE.includes(text[text[start - 1] === " " ? start - 2 : start - 1] ?? " ")
    ? text.slice(Math.max(0, start - 12), start)
    : "";
  const currency = before === "" ? null : CURRENCY_BEFORE.exec(before);
  const isNegative =
    before !== "" &&
    (MINUS_BEFORE.test(currency === null ? before : before.slice(0, currency.index)) || MINUS_BEFORE.test(before));
  let value = Number(digits);
  let step = 10 ** -(digits.split(".")[1]?.length ?? 0);
  const scale = (factor: number) => {
    value *= factor;
    step *= factor;
  };
  const raised = take(POWER, "^")?.[1];
  if (raised !== undefined) value **= Number(raised);
  const power = take(EXPONENT, "eE")?.[1] ?? take(TIMES_TEN)?.[1];
  if (power !== undefined) scale(10 ** Number(power));
  else if (!digits.includes(".") && text[start - 1] !== "/") {
    const divisor = Number(take(FRACTION, "/\u2044")?.[1] ?? 1);
    if (divisor === 0) return undefined;
    scale(1 / divisor);
    if (divisor !== 1) step = 1e-9;
  }
  const word = take(MAGNITUDE)?.[1] ?? take(SHORT_MAGNITUDE, "kKmMbB")?.[1];
  // 5m may be five metres: it is millions only of money.
  if (word === "m" || word === "b") {
    if (currency === null) end -= 1;
    else scale(magnitudeOf(word));
  } else if (word !== undefined) scale(magnitudeOf(word));
  const after = end;
  const named = take(PERCENT) === null ? take(UNIT)?.[1] : "%";
  const own = currency?.[1] ?? currency?.[2];
  const unit = own === undefined || named === "%" ? named : own;
  if (!Number.isFinite(value)) return undefined;
  return {
    value: isNegative ? -value : value,
    step,
    unit: unit === undefined ? undefined : unitName(unit),
    start,
    end: named === "%" ? end : after,
  };
}

/** 1 1/2 is one number. */
function isMixed(text: string, whole: StatedNumber, number: StatedNumber): boolean {
  const between = text.slice(whole.end, number.start);
  const fraction = text.slice(number.start, number.end);
  return (
    between === " " && whole.step === 1 && /^\d+[/\u2044]\d+/.test(fraction) && number.value < 1 && number.value > 0
  );
}
