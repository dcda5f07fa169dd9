import type { StatedNumber } from "./numbers.ts";

/** A computation that a text writes out, and where it stands. */
export interface Computation {
  readonly value: number;
  readonly operands: readonly StatedNumber[];
  readonly start: number;
  readonly end: number;
}

/** Deeper parentheses are no arithmetic that a person writes. */
const DEEPEST = 50;

/**
 * The computations that a text writes out: `(49 + 60 x 6) x 12`, `1,140 / 12,000`. `x` counts only between numbers; a
 * hyphen only with spaces on both sides or on none.
 * @param numbers those of the text, in their order
 */
export function computations(text: string, numbers: readonly StatedNumber[]): Computation[] {
  const byStart = new Map(numbers.map((number, index) => [number.start, index]));
  const found: Computation[] = [];
  let from = 0;
  for (const number of numbers) {
    if (number.start < from) continue;
    const start = openingBefore(text, number.start, from);
    const reader = new Reader(text, numbers, byStart, start);
    const value = reader.sum(0);
    if (value === undefined || !Number.isFinite(value) || reader.operands.length < 2) continue;
    found.push({ value, operands: reader.operands, start, end: reader.at });
    from = reader.at;
  }
  return found;
}

/** Where the parentheses that open right before a number begin. */
function openingBefore(text: string, place: number, least: number): number {
  let start = place;
  for (let at = place - 1; at >= least && (text[at] === "(" || text[at] === " "); at--)
    if (text[at] === "(") start = at;
  return start;
}

const OPERATOR = /\s*([+*/×·÷x-])\s*(?=[\d(.$€£¥₹])/uy;

class Reader {
  at: number;
  readonly operands: StatedNumber[] = [];
  private readonly text: string;
  private readonly numbers: readonly StatedNumber[];
  private readonly byStart: ReadonlyMap<number, number>;

  constructor(text: string, numbers: readonly StatedNumber[], byStart: ReadonlyMap<number, number>, at: number) {
    this.text = text;
    this.numbers = numbers;
    this.byStart = byStart;
    this.at = at;
  }

  sum(depth: number): number | undefined {
    let total = this.product(depth);
    for (let sign = this.operator("+-"); total !== undefined && sign !== undefined; sign = this.operator("+-")) {
      const before = this.at;
      const next = this.product(depth);
      if (next === undefined) {
        this.at = before;
        break;
      }
      total += sign === "+" ? next : -next;
    }
    return total;
  }

  private product(depth: number): number | undefined {
    let total = this.factor(depth);
    for (
      let sign = this.operator("*/×·÷x");
      total !== undefined && sign !== undefined;
      sign = this.operator("*/×·÷x")
    ) {
      const next = this.factor(depth);
      if (next === undefined) return total;
      total = sign === "/" || sign === "÷" ? total / next : total * next;
    }
    return total;
  }

  private factor(depth: number): number | undefined {
    if (this.text[this.at] === "(" && depth < DEEPEST) {
      this.at += 1;
      const inner = this.sum(depth + 1);
      if (inner === undefined || this.text[this.at] !== ")") return undefined;
      this.at += 1;
      return inner;
    }
    const skipped = /[ $€£¥₹]{0,2}/uy;
    skipped.lastIndex = this.at;
    const number = this.numbers[this.byStart.get(this.at + (skipped.exec(this.text)?.[0].length ?? 0)) ?? -1];
    if (number === undefined) return undefined;
    this.operands.push(number);
    this.at = number.end;
    return number.unit === "%" ? number.value / 100 : number.value;
  }

  private operator(allowed: string): string | undefined {
    OPERATOR.lastIndex = this.at;
    const hit = OPERATOR.exec(this.text);
    const sign = hit?.[1];
    if (hit === null || sign === undefined || !allowed.includes(sign)) return undefined;
    // 2019-2021 and 12-14 are ranges more often than differences.
    if (sign === "-" && hit[0].length === 1) return undefined;
    this.at += hit[0].length;
    return sign;
  }
}
