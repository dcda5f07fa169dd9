import { z } from "zod";
import { lastJson } from "./json.ts";
import { type DecimalMark, foldNumbers, type StatedNumber, statedNumbers } from "./numbers.ts";

const FIELDS = ["answer", "result", "value", "total", "number", "amount"];
const Fields = z.record(z.string(), z.unknown());

const STATEMENT =
  /\b(?:answer|result|total|solution|value|sum|difference|antwort|ergebnis|réponse|résultat|respuesta|resultado)\b[^.\n]{0,40}?(?:\bis\b|\bare\b|\bist\b|\best\b|\bes\b|\bequals\b|\bcomes to\b|[:=≈])/giu;

/**
 * The number that a reply settles on, or undefined. In this order: the only one; a JSON field (`answer`, `result`,
 * `value`, `total`, `number`, `amount`); the last `\boxed{}` or `####`; the first after the last "the answer is"; the
 * last in bold; the last of all. Where there are no digits, a number in words up to twenty.
 */
export function readNumber(reply: string, decimal: DecimalMark): StatedNumber | undefined {
  // A reasoning model's draft is not its answer.
  const said = reply.replace(/^[\s\S]*<\/think(?:ing)?>/i, "");
  const field = lastJson(said, numberField);
  if (typeof field === "number") return { value: field, step: 0, unit: undefined, start: 0, end: 0 };
  const text = foldNumbers(field ?? said).replace(LIST_MARK, (mark) => " ".repeat(mark.length));
  const numbers = statedNumbers(text, decimal);
  if (numbers.length <= 1) return numbers[0] ?? inWords(text);
  const marked = [...text.matchAll(/\\boxed\{([^{}]*)\}|^#{4}(.*)$/gmu)].at(-1);
  const bold = [...text.matchAll(/\*\*([^*\n]*\d[^*\n]*)\*\*/gu)].at(-1);
  const stated = [...text.matchAll(STATEMENT)].at(-1);
  return (
    within(numbers, marked?.index, marked?.[0].length) ??
    (stated === undefined ? undefined : after(numbers, text, stated.index + stated[0].length)) ??
    within(numbers, bold?.index, bold?.[0].length) ??
    numbers.at(-1)
  );
}

/** `1.` at the start of a line, and `[2]`. */
const LIST_MARK = /^\s*\d{1,3}[.)](?=\s+\S)|\[\^?\d{1,3}\]/gmu;

function numberField(value: unknown): number | string | undefined {
  const object = Fields.safeParse(value).data;
  const given = FIELDS.map((name) => object?.[name]).find((field) => field !== undefined);
  if (typeof given === "number") return given;
  return typeof given === "string" && /\p{N}/u.test(given) ? given : undefined;
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

const WORDS =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty".split(
    " ",
  );
const IN_WORDS = new RegExp(`\\b(?:(minus|negative) )?(${WORDS.join("|")})\\b`, "giu");

function inWords(text: string): StatedNumber | undefined {
  const hit = [...text.matchAll(IN_WORDS)].at(-1);
  const value = WORDS.indexOf(hit?.[2]?.toLowerCase() ?? "");
  if (hit === undefined || value < 0) return undefined;
  return {
    value: hit[1] === undefined ? value : -value,
    step: 1,
    unit: undefined,
    start: hit.index,
    end: hit.index + hit[0].length,
  };
}
