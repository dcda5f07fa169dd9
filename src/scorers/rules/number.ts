import { z } from "zod";
import type { StatedNumber } from "../numbers.ts";
import { readNumber } from "../read-number.ts";
import { passFail, quote, type Rule } from "../rule.ts";
import { toUnit } from "../units.ts";

const Tolerance = z.number().nonnegative();
const Detailed = z.looseObject({
  value: z.number(),
  unit: z.string().min(1).optional(),
  tolerance: Tolerance.optional(),
  relative: Tolerance.optional(),
});
const Target = z.union([z.number(), Detailed]);
type Target = z.infer<typeof Target>;

const Options = z.strictObject({
  /** How far off the answer may be, in the target's unit. A case's own wins. */
  tolerance: Tolerance.default(0),
  /** How far off it may be as a share of the target. The wider of the two counts. */
  relative: Tolerance.default(0),
  /** The unit must stand with the number. */
  requireUnit: z.boolean().default(false),
  /** More names of units, each with its size in the target's unit. */
  units: z.record(z.string(), z.number().positive()).default({}),
  /** What marks the decimals where 1,234 could be either. */
  decimal: z.enum([".", ","]).default("."),
});
type Options = z.infer<typeof Options>;

/** Sums of decimals are not exact in binary. */
const ROUNDING = 1e-9;

/** The number that the answer settles on is the target, within a tolerance, in any unit of the same kind. */
export const number: Rule<Target, Options> = {
  certainty: "exact",
  target: Target,
  options: Options,
  prepare: (options) => (answer, target) => {
    const wanted = typeof target === "number" ? { value: target } : target;
    const given = readNumber(answer.completion.text, options.decimal);
    const slack = Math.max(
      wanted.tolerance ?? options.tolerance,
      (wanted.relative ?? options.relative) * Math.abs(wanted.value),
    );
    const sought = `${wanted.value}${unitOf(wanted.unit)}${slack > 0 ? ` ± ${Number(slack.toPrecision(6))}` : ""}`;
    if (given === undefined)
      return passFail(false, "", `states no number: ${quote(answer.completion.text)}; wanted ${sought}`);
    const says = `says ${given.value}${unitOf(given.unit)}`;
    const readings = readingsOf(given, wanted.unit, options);
    if (readings.length === 0)
      return passFail(false, "", `${says}, wanted it in ${quote(wanted.unit ?? "")}: ${sought}`);
    const near = readings.some((value) => isNear(value, wanted.value, slack));
    return passFail(near, says, `${says}, wanted ${sought}`);
  },
};

function isNear(value: number, wanted: number, slack: number): boolean {
  return Math.abs(value - wanted) <= slack + ROUNDING * Math.max(Math.abs(wanted), Math.abs(value) * Number.EPSILON);
}

function unitOf(unit: string | undefined): string {
  return unit === undefined ? "" : ` ${unit}`;
}

/** What the number may mean in the unit that is wanted; nothing where its own unit rules that out. */
function readingsOf({ value, unit }: StatedNumber, wanted: string | undefined, options: Options): number[] {
  // 45 % is 45, and it is 0.45: who asks for a bare number may mean either.
  if (wanted === undefined) return unit === "%" ? [value, value / 100] : [value];
  const converted = toUnit(value, unit, wanted, options.units);
  if (converted.state === "converted") return [converted.value];
  if (converted.state === "other" || options.requireUnit) return [];
  return wanted === "%" ? [value, value * 100] : [value];
}
