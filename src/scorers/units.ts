import { convert, getMeasureKind, type Unit } from "convert";
import { type StatedNumber, unitName } from "./numbers.ts";

/** Words that follow numbers as often as the units of the same name do. */
const AMBIGUOUS = new Set(["in", "a", "at"]);

/** What a stated unit makes of a value, for somebody who wants another unit. */
export type Conversion =
  | { readonly state: "converted"; readonly value: number }
  /** It is no unit that anybody knows: "apples". */
  | { readonly state: "no-unit" }
  /** It is a unit of something else, or in a currency: nobody can convert it. */
  | { readonly state: "other" };

const CURRENCY = /^[A-Z]{3}$/;
const TEMPERATURE = getMeasureKind("C");
const TIME = getMeasureKind("h");

/**
 * Converts a value to the unit that is wanted.
 * @param given the unit as stated, or undefined
 * @param aliases names of units with their size in the wanted one
 */
export function toUnit(
  value: number,
  given: string | undefined,
  wanted: string,
  aliases: Readonly<Record<string, number>>,
): Conversion {
  if (given === undefined) return { state: "no-unit" };
  const [from, to] = [spelled(given), spelled(wanted)];
  if (from.toLowerCase() === to.toLowerCase()) return { state: "converted", value };
  const factor = Object.hasOwn(aliases, given) ? aliases[given] : undefined;
  if (factor !== undefined) return { state: "converted", value: value * factor };
  if (AMBIGUOUS.has(from)) return { state: "no-unit" };
  // Of an angle or of temperature: whoever asks for the latter means it.
  if (/^(?:°|deg(?:rees?)?)$/i.test(given) && isUnit(to) && getMeasureKind(to) === TEMPERATURE)
    return { state: "no-unit" };
  if (isUnit(from) && isUnit(to) && getMeasureKind(from) === getMeasureKind(to)) {
    return { state: "converted", value: convert<number, Unit>(value, from).to(to) };
  }
  return isUnit(from) || CURRENCY.test(from) || from === "%" ? { state: "other" } : { state: "no-unit" };
}

/** As the package of units spells it. */
function spelled(unit: string): string {
  const name = unitName(unit)
    .replace("μ", "µ")
    .replace(/\^(?=[23])/, "")
    .replace(/^°(?=[CFK]$)/, "");
  if (name === "%" || isUnit(name)) return name;
  const lower = name.toLowerCase();
  return isUnit(lower) ? lower : (SPELLINGS[lower] ?? name);
}

const SPELLINGS: Readonly<Record<string, string>> = {
  hr: "h",
  hrs: "h",
  mins: "min",
  sec: "s",
  secs: "s",
  kgs: "kg",
  kms: "km",
  yrs: "years",
  yr: "years",
  wk: "weeks",
  percent: "%",
};

function isUnit(name: string): name is Unit {
  return getMeasureKind(name) !== undefined;
}

/** What may stand between "1" and "30" in "1 h 30 min", "1 hour and 30 minutes". */
const UNIT_ALONE = /^\s?\p{L}+\.?(?:,? and | )?$/u;

/** The numbers of a text, where "1 h 30 min" is one: neighbours in whole units and then in less than one of these. */
export function joinedMeasures(numbers: readonly StatedNumber[], text: string): StatedNumber[] {
  const joined: StatedNumber[] = [];
  /** Of the unit of the number before, in that of the measure it is a part of. */
  let size = 1;
  for (const [at, number] of numbers.entries()) {
    const last = joined.at(-1);
    const before = numbers[at - 1];
    const share = before === undefined ? undefined : shareOf(before, number, text);
    if (last === undefined || share === undefined) {
      joined.push(number);
      size = 1;
    } else {
      size *= share;
      joined[joined.length - 1] = { ...last, value: last.value + number.value * size, end: number.end };
    }
  }
  return joined;
}

/** What a unit is of the unit before it, where their numbers make one measure: 1/60 of minutes after hours. */
function shareOf(before: StatedNumber, number: StatedNumber, text: string): number | undefined {
  if (before.unit === undefined || number.unit === undefined || before.value < 0 || number.value < 0) return undefined;
  if (!Number.isInteger(before.value) || !UNIT_ALONE.test(text.slice(before.end, number.start))) return undefined;
  const whole = spelled(before.unit);
  if (!isUnit(whole)) return undefined;
  const kind = getMeasureKind(whole);
  const part = kind === TIME && number.unit === "m" ? "min" : spelled(number.unit);
  if (!isUnit(part) || getMeasureKind(part) !== kind || kind === TEMPERATURE) return undefined;
  const share = convert<number, Unit>(1, part).to(whole);
  return number.value * share < 1 ? share : undefined;
}
