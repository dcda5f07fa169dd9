import { convert, getMeasureKind, type Unit } from "convert";
import { unitName } from "./numbers.ts";

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
