import { describe, expect, it } from "vitest";
import {
  binomialTail,
  lnGamma,
  normalCdf,
  normalQuantile,
  regularizedBeta,
  studentCdf,
  studentQuantile,
} from "./special.ts";

describe("special functions", () => {
  it("gives ln Gamma to 13 digits, small and large", () => {
    expect(lnGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 14);
    expect(lnGamma(1)).toBeCloseTo(0, 14);
    expect(lnGamma(11)).toBeCloseTo(Math.log(3628800), 13);
    expect(lnGamma(1001)).toBeCloseTo(5912.128178488163, 9);
  });

  it("knows the incomplete beta function where it has a closed form", () => {
    expect(regularizedBeta(0.3, 1, 1)).toBeCloseTo(0.3, 14);
    expect(regularizedBeta(0.2, 1, 40)).toBeCloseTo(1 - 0.8 ** 40, 13);
    expect(regularizedBeta(0.7, 3, 2)).toBeCloseTo(4 * 0.7 ** 3 - 3 * 0.7 ** 4, 13);
    expect(regularizedBeta(0.25, 0.5, 0.5)).toBeCloseTo(1 / 3, 13);
    expect([regularizedBeta(0, 2, 3), regularizedBeta(1, 2, 3)]).toEqual([0, 1]);
  });

  it("keeps the digits of the normal distribution, tails included", () => {
    expect(normalCdf(0)).toBe(0.5);
    expect(normalCdf(1)).toBeCloseTo(0.8413447460685429, 14);
    expect(normalCdf(-10) / 7.619853024160525e-24).toBeCloseTo(1, 12);
    expect(normalCdf(-60)).toBe(0);
    expect(normalQuantile(0.975)).toBeCloseTo(1.959963984540054, 13);
    expect(normalQuantile(0.95)).toBeCloseTo(1.644853626951473, 13);
    expect(normalQuantile(1e-10)).toBeCloseTo(-6.36134090240406, 12);
  });

  it("agrees with Student's t in closed form at 1 and 2 degrees of freedom, and with tables above", () => {
    expect(studentCdf(-3, 1)).toBeCloseTo(0.5 + Math.atan(-3) / Math.PI, 14);
    expect(studentCdf(0.1, 2)).toBeCloseTo(0.5 + 0.1 / (2 * Math.sqrt(2.01)), 14);
    expect(studentQuantile(0.95, 1)).toBeCloseTo(Math.tan(0.45 * Math.PI), 11);
    expect(studentQuantile(0.975, 9)).toBeCloseTo(2.262157162798205, 12);
    expect(studentQuantile(0.5, 4)).toBe(0);
    expect([studentCdf(-Infinity, 3), studentCdf(Infinity, 3)]).toEqual([0, 1]);
  });

  it("gives McNemar's exact p by the binomial tail", () => {
    expect(2 * binomialTail(70, 129, 0.5)).toBeCloseTo(0.378688, 6);
    expect(2 * binomialTail(60, 90, 0.5)).toBeCloseTo(0.00206, 5);
    expect([binomialTail(0, 5, 0.3), binomialTail(6, 5, 0.3)]).toEqual([1, 0]);
  });

  it("refuses arguments outside the domain", () => {
    expect(() => lnGamma(0)).toThrow(RangeError);
    expect(() => regularizedBeta(1.1, 1, 1)).toThrow(RangeError);
    expect(() => normalCdf(NaN)).toThrow(RangeError);
    expect(() => normalQuantile(1)).toThrow(RangeError);
    expect(() => studentCdf(0, 0)).toThrow(RangeError);
    expect(() => studentQuantile(0, 3)).toThrow(RangeError);
    expect(() => binomialTail(0.5, 3, 0.5)).toThrow(RangeError);
  });
});
