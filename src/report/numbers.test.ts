import fc from "fast-check";
import { expect, it } from "vitest";
import { count, monthly, usd } from "./numbers.ts";

it("sets thousands apart as English does", () => {
  fc.assert(
    fc.property(fc.oneof(fc.integer(), fc.double({ min: 0.001, max: 1e9, noNaN: true })), (value) => {
      // In the middle between two decimals, binary and decimal rounding may differ by the last place.
      fc.pre(Math.abs(((value * 1_000) % 1) - 0.5) > 1e-3);
      expect(count(value)).toBe(value.toLocaleString("en-US"));
    }),
  );
  const shown = [0, 999, 1_000, 12_345.5, 0.1234, -1_234_567].map(count);
  expect(shown).toEqual(["0", "999", "1,000", "12,345.5", "0.123", "-1,234,567"]);
});

it("shows dollars with as many digits as they are known to", () => {
  expect([0, 0.000123, 1.5, 1_234.4].map(usd)).toEqual(["$0", "$0.000123", "$1.50", "$1,234"]);
  expect([0.5, 9.87, 12_345].map(monthly)).toEqual(["$0.5", "$9.9", "$12,000"]);
});
