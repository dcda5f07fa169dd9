import type { Estimate } from "../domain/decision.ts";

/** What a missing number is called, everywhere. */
export const UNKNOWN = "unknown";

const MINUS = "\u2212";
const NARROW = "\u202f";

function minus(text: string): string {
  return text.replace(/^-/, MINUS);
}

/** A number with at most `digits` decimals, one more for as long as rounding would carry it across or onto `limit`. */
function decimals(value: number, digits: number, limit?: number): string {
  for (let extra = digits; extra < digits + 4; extra++) {
    const text = value.toFixed(extra);
    if (limit === undefined || value === limit || Math.sign(Number(text) - limit) === Math.sign(value - limit)) {
      return Number(text) === 0 ? text.replace("-", "") : text;
    }
  }
  return value.toFixed(digits + 4);
}

/** A share as points without a sign: 0.873 -> `87.3`. */
export function points(share: number, limit?: number): string {
  return minus(decimals(share * 100, 1, limit === undefined ? undefined : limit * 100));
}

/** A difference of shares as signed points: -0.007 -> `−0.7`, 0.012 -> `+1.2`. */
export function signedPoints(share: number, limit?: number): string {
  const text = points(share, limit);
  return Number(text.replace(MINUS, "-")) > 0 ? `+${text}` : text;
}

/** A share as per cent: 0.98 -> `98 %`. A digit is kept below 1 %, and where a limit has one: 0.025 -> `2.5 %`. */
export function percent(share: number): string {
  const value = share * 100;
  const even = Math.abs(value - Math.round(value)) < 1e-9;
  const text = Math.abs(value) < 10 && !even ? value.toFixed(1) : value.toFixed(0);
  return `${minus(text)}${NARROW}%`;
}

/** A level of confidence: 0.95 -> `95 %`, 0.9667 -> `96.7 %`. */
export function level(share: number): string {
  return `${String(Number((share * 100).toFixed(1)))}${NARROW}%`;
}

/** A ratio as the change it is: 0.3 -> `−70 %`, 1.2 -> `+20 %`. */
export function change(ratio: number, limit?: number): string {
  const text = decimals((ratio - 1) * 100, 0, limit === undefined ? undefined : (limit - 1) * 100);
  return `${Number(text) > 0 ? "+" : ""}${minus(text)}${NARROW}%`;
}

/** A ratio as a multiple: 1.62 -> `1.6×`. */
export function multiple(ratio: number): string {
  return `${ratio.toFixed(1)}×`;
}

/** Dollars: two decimals from a dollar up, enough digits below, none lost. */
export function usd(value: number): string {
  const sign = value < 0 ? MINUS : "";
  const size = Math.abs(value);
  if (size === 0) return "$0";
  if (size >= 1_000) return `${sign}$${count(Math.round(size))}`;
  if (size >= 1) return `${sign}$${size.toFixed(2)}`;
  return `${sign}$${size.toFixed(Math.min(8, 2 - Math.floor(Math.log10(size)) - 1 + 1))}`;
}

/** A sum of which some parts may be unknown: `$8.31`, `at least $8.31 (3 unpriced)`, `unknown (3 unpriced)` where nothing is known. */
export function atLeastUsd(known: number, unpriced: number): string {
  if (unpriced === 0) return usd(known);
  return `${known === 0 ? UNKNOWN : `at least ${usd(known)}`} (${count(unpriced)} unpriced)`;
}

/** Dollars a month, two significant digits: they rest on a traffic assumption. */
export function monthly(value: number): string {
  const size = Math.abs(value);
  const scale = size === 0 ? 1 : 10 ** (Math.floor(Math.log10(size)) - 1);
  const shown = count(size < 10 ? Number(size.toPrecision(2)) : Math.round(size / scale) * scale);
  return `${value < 0 ? MINUS : ""}$${shown}`;
}

/** Milliseconds as seconds: whole from ten, else one decimal; below a tenth in milliseconds. */
export function seconds(ms: number): string {
  if (ms < 100) return `${Math.round(ms)}${NARROW}ms`;
  return `${ms >= 10_000 ? (ms / 1_000).toFixed(0) : (ms / 1_000).toFixed(1)}${NARROW}s`;
}

/** A p-value: `0.012`, `< 0.0001`. */
export function pValue(p: number): string {
  if (p < 0.0001) return "< 0.0001";
  return p < 0.01 ? p.toFixed(4) : p.toFixed(3);
}

/** A number with thousands set apart; decimals, where a volume has some, to three places. */
export function count(value: number): string {
  // Not `toLocaleString`: its tables of all languages take longer to load than a short command takes.
  return String(Number(value.toFixed(3))).replace(/(?<!\.\d*)\B(?=(?:\d{3})+(?!\d))/g, ",");
}

/** A count with its noun: `1 pair`, `240 pairs`. */
export function plural(value: number, noun: string): string {
  return `${count(value)} ${noun}${value === 1 ? "" : "s"}`;
}

/** `low to high` of an interval by a formatter; a bound that does not exist is `none`. */
export function range(estimate: Estimate, format: (value: number) => string): string {
  const { interval } = estimate;
  if (interval === null) return "no interval";
  const bound = (value: number | null) => (value === null ? "none" : format(value));
  return `${bound(interval.low)} to ${bound(interval.high)}`;
}

/** An estimate with its interval, `87.3 (81.0 to 92.1)`, or `unknown`. */
export function withRange(estimate: Estimate | null, format: (value: number) => string): string {
  return estimate === null ? UNKNOWN : `${format(estimate.value)} (${range(estimate, format)})`;
}
