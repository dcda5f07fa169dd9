import { z } from "zod";
import { lastJson } from "./json.ts";
import { wordsToDigits } from "./number-words.ts";
import { type DecimalMark, foldNumbers, type StatedNumber, statedNumbers } from "./numbers.ts";
import { joinedMeasures } from "./units.ts";

const FIELDS = ["answer", "result", "value", "total", "number", "amount"];
const Fields = z.record(z.string(), z.unknown());

const STATEMENT =
  /\b(?:answer|result|total|solution|value|sum|difference|antwort|ergebnis|réponse|résultat|respuesta|resultado)\b[^.\n]{0,40}?(?:\bis\b|\bare\b|\bist\b|\best\b|\bes\b|\bequals\b|\bcomes to\b|[:=≈])/giu;

/**
 * The number that a reply settles on, or undefined. In this order: the only one; a JSON field (`answer`, `result`,
 * `value`, `total`, `number`, `amount`); the last `\boxed{}` or `####`; the first after the last "the answer is"; the
 * last in bold; the last of all. Where there are no digits, English numbers in words, as far as they leave no doubt.
 */
export function readNumber(reply: string, decimal: DecimalMark): StatedNumber | undefined {
  // A reasoning model's draft is not its answer.
  const said = reply.replace(/^[\s\S]*<\/think(?:ing)?>/i, "");
  const field = lastJson(said, numberField);
  if (typeof field === "number") return { value: field, step: 0, unit: undefined, start: 0, end: 0 };
  const text = foldNumbers(field ?? said).replace(LIST_MARK, (mark) => " ".repeat(mark.length));
  const numbers = joinedMeasures(statedNumbers(text, decimal), text);
  if (numbers.length <= 1) return numbers[0] ?? inWords(text);
  return settledOn(numbers, text) ?? numbers.at(-1);
}

/** The number that a text marks as its result. */
function settledOn(numbers: readonly StatedNumber[], text: string): StatedNumber | undefined {
  const marked = [...text.matchAll(/\\boxed\{([^{}]*)\}|^#{4}(.*)$/gmu)].at(-1);
  const bold = [...text.matchAll(/\*\*([^*\n]*\d[^*\n]*)\*\*/gu)].at(-1);
  const stated = [...text.matchAll(STATEMENT)].at(-1);
  return (
    within(numbers, marked?.index, marked?.[0].length) ??
    (stated === undefined ? undefined : after(numbers, text, stated.index + stated[0].length)) ??
    within(numbers, bold?.index, bold?.[0].length)
  );
}

/** `1.` at the start of a line, and `[2]`. */
const LIST_MARK = /^\s*\d{1,3}[.)](?=\s+\S)|\[\^?\d{1,3}\]/gmu;

function numberField(value: unknown): number | string | undefined {
  const object = Fields.safeParse(value).data;
  const given = FIELDS.map((name) => object?.[name]).find((field) => field !== undefined);
  if (typeof given === "number") return given;
  return typeof given === "string" && /\p{N}/u.test(wordsToDigits(given)) ? given : undefined;
}

function within(numbers: readonly StatedNumber[], start = -1, length = 0): StatedNumber | undefined {
  return start < 0 ? undefined : numbers.findLast((each) => each.start >= start && each.end <= start + length);
}

/** The first number after a place, in the same line. */
function after(numbers: readonly StatedNumber[], text: string, place: number): StatedNumber | undefined {
  const line = text.indexOf("\n", place);
  const end = line < 0 ? text.length : line;
  return numbers.find((each) => each.start >= place && each.start < end);
}

/** Where there are no digits. Of several numbers the last counts only if it ends what is said, and is not denied. */
function inWords(text: string): StatedNumber | undefined {
  const written = wordsToDigits(text);
  const numbers = joinedMeasures(statedNumbers(written), written);
  const [first] = numbers;
  if (numbers.every(({ value }) => value === first?.value)) return first;
  const marked = settledOn(numbers, written);
  if (marked !== undefined) return marked;
  const last = numbers.at(-1);
  if (last === undefined || /(?<!\p{L})(?:not|than|without) $/iu.test(written.slice(0, last.start))) return undefined;
  return /^[^\p{L}\p{N}]*\p{L}*[^\p{L}\p{N}]*$/u.test(written.slice(last.end)) ? last : undefined;
}
