import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type DecimalMark, foldNumbers, statedNumbers } from "./numbers.ts";

function read(text: string, decimal?: DecimalMark): string {
  const numbers = statedNumbers(foldNumbers(text), decimal);
  return numbers.map(({ value, unit }) => `${value}${unit === undefined ? "" : ` ${unit}`}`).join("; ");
}

describe("statedNumbers", () => {
  it.each([
    ["42", "42"],
    ["10,000.", "10000"],
    ["1,234.50", "1234.5"],
    ["1.234,5", "1234.5"],
    ["1.234.567", "1234567"],
    ["12,34,567", "1234567"],
    ["1'234", "1234"],
    ["1\u202f234 and 1\u00a0234", "1234 and; 1234"],
    ["1 234 567", "1234567"],
    ["1,5", "1.5"],
    ["0,123", "0.123"],
    ["1.234", "1.234"],
    [".5", "0.5"],
    ["-5, −5, –5", "-5; -5; -5"],
    ["(-5) and minus 5", "-5; -5"],
    ["5-10, 5–10", "5; 10; 5; 10"],
    ["S1, x86, COVID-19, v1.2.3, 10.5.2024", ""],
    ["1,2,3", "1; 2; 3"],
    ["$1.2 million", "1200000 USD"],
    ["-$5, €1.234,50, 5 EUR, EUR5, 5 dollars", "-5 USD; 1234.5 EUR; 5 EUR; 5 EUR; 5 USD"],
    ["$5m but 5m tall", "5000000 USD; 5 m"],
    ["3k, 5M, 4.5bn", "3000; 5000000; 4500000000"],
    ["2 Mio. Euro, 3 Milliarden", "2000000 EUR; 3000000000"],
    ["1.2e6, 1.2 × 10^6, 1.2×10⁶", "1200000; 1200000; 1200000"],
    ["½, 1½, 1 1/2, 3/4, \\frac{3}{4}", "0.5; 1.5; 1.5; 0.75; 0.75"],
    ["10/12/2024", "10; 12; 2024"],
    ["1/0", "0"],
    ["45 %, 45 percent, 45 per cent", "45 %; 45 %; 45 %"],
    ["１２３, ٣٫٥, १२३", "123; 3.5; 123"],
    ["10²", "100"],
    ["\\boxed{1{,}234}", "1234"],
    ["5 km/h, 5 m², 20 °C", "5 km/h; 5 m^2; 20 °C"],
    ["9".repeat(400), ""],
    ["", ""],
  ])("reads %j", (text, numbers) => {
    expect(read(text)).toBe(numbers);
  });

  it("takes the comma for the decimals where it is told so", () => {
    expect(read("1.234; 1,234; 12,5", ",")).toBe("1234; 1.234; 12.5");
  });

  it("reads back every number that is written out, with thousands parted or not", () => {
    const number = fc.tuple(fc.integer({ min: -1e9, max: 1e9 }), fc.integer({ min: 0, max: 3 }));
    fc.assert(
      fc.property(number, fc.constantFrom("en-GB", "de-DE", "de-CH", "en-IN", "fr-FR"), ([digits, places], locale) => {
        const value = digits / 10 ** places;
        // Three decimals of a number below a thousand are thousands in the other reading.
        fc.pre(places !== 3);
        const written = value.toLocaleString(locale, { minimumFractionDigits: places });
        const decimal = locale.startsWith("de-DE") || locale === "fr-FR" ? "," : ".";
        expect(statedNumbers(foldNumbers(`It is ${written}.`), decimal).map((each) => each.value)).toEqual([value]);
      }),
    );
  });

  it("knows how exactly a number is stated", () => {
    const steps = statedNumbers(foldNumbers("4.90, 4.9 million, 12, 1.2e3")).map(({ step }) =>
      Number(step.toPrecision(6)),
    );
    expect(steps).toEqual([0.01, 1e5, 1, 100]);
  });
});
