/** Ends of an axis, in the unit that is shown. */
export type Domain = readonly [low: number, high: number];

/** Maps an axis onto 0 to 100 per cent of the drawing. */
export function linear([low, high]: Domain): (value: number) => number {
  const span = high - low || 1;
  return (value) => ((value - low) / span) * 100;
}

/** The value, moved to the nearer end where it lies outside. */
export function clamp(value: number, [low, high]: Domain): number {
  return Math.min(high, Math.max(low, value));
}

const STEPS = [1, 2, 2.5, 5, 10];

/** A step of 1, 2, 2.5 or 5 times a power of ten that cuts the span into at most `most` parts. */
export function stepFor(span: number, most: number): number {
  if (!(span > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(span / most));
  const step = STEPS.find((each) => (each * power * most) / span >= 1 - 1e-9) ?? 10;
  return step * power;
}

/** Round values from end to end, at most `most` steps apart. */
export function ticks([low, high]: Domain, most = 5): number[] {
  const step = stepFor(high - low, most);
  const first = Math.ceil(low / step - 1e-9);
  const last = Math.floor(high / step + 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => Number(((first + index) * step).toPrecision(12)));
}

/** The smallest round axis that holds every value. */
export function niceDomain(values: readonly number[], most = 5): Domain {
  const low = Math.min(...values);
  const high = Math.max(...values);
  const step = stepFor(high - low || Math.abs(high) || 1, most);
  return [
    Number((Math.floor(low / step) * step).toPrecision(12)),
    Number((Math.ceil(high / step) * step).toPrecision(12)),
  ];
}
